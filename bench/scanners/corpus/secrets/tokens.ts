/**
 * Tokens in the forms that their providers document. Each is drawn anew from its pattern: none was ever issued, and no
 * scanner of repositories finds one in this file.
 */
import type { Random } from "../random.ts";

export interface Provider {
  readonly name: string;
  readonly pattern: string;
  /** The form alone says nothing: the provider's name stands beside it. */
  readonly needsName?: boolean;
}

const token = (name: string, pattern: string): Provider => ({ name, pattern });
const named = (name: string, pattern: string): Provider => ({ name, pattern, needsName: true });

export const PROVIDERS: readonly Provider[] = [
  token("AWS", "A(KIA|SIA)[A-Z2-7]{16}"),
  named("AWS_SECRET", "[A-Za-z0-9/+]{40}"),
  token("GITHUB", "gh(p|o|u|s|r)_[A-Za-z0-9]{36}"),
  token("GITHUB_FINE_GRAINED", "github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}"),
  token("GITLAB", "glpat-[A-Za-z0-9_-]{20}"),
  token("SLACK_BOT", "xoxb-[0-9]{12}-[0-9]{12}-[A-Za-z0-9]{24}"),
  token("SLACK_USER", "xoxp-[0-9]{12}-[0-9]{12}-[0-9]{12}-[a-f0-9]{32}"),
  token("SLACK_APP", "xapp-1-A[A-Z0-9]{10}-[0-9]{13}-[a-f0-9]{64}"),
  token("SLACK_WEBHOOK", "https://hooks.slack.com/services/T[A-Z0-9]{10}/B[A-Z0-9]{10}/[A-Za-z0-9]{24}"),
  token("STRIPE", "(sk|rk)_live_[A-Za-z0-9]{24,99}"),
  token("STRIPE_WEBHOOK", "whsec_[A-Za-z0-9]{32}"),
  token("GOOGLE_API", "AIza[A-Za-z0-9_-]{35}"),
  token("GOOGLE_OAUTH_SECRET", "GOCSPX-[A-Za-z0-9_-]{28}"),
  token("OPENAI", "sk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}"),
  token("OPENAI_PROJECT", "sk-proj-[A-Za-z0-9_-]{74}T3BlbkFJ[A-Za-z0-9_-]{74}"),
  token("ANTHROPIC", "sk-ant-api03-[A-Za-z0-9_-]{93}AA"),
  token("HUGGINGFACE", "hf_[a-zA-Z]{34}"),
  token("SENDGRID", "SG.[A-Za-z0-9_-]{22}.[A-Za-z0-9_-]{43}"),
  token("MAILGUN", "key-[a-f0-9]{32}"),
  named("MAILCHIMP", "[a-f0-9]{32}-us[1-9]"),
  token("TWILIO_API_KEY", "SK[a-f0-9]{32}"),
  token("NPM", "npm_[A-Za-z0-9]{36}"),
  token("PYPI", "pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{60,80}"),
  token("RUBYGEMS", "rubygems_[a-f0-9]{48}"),
  token("DOCKER_HUB", "dckr_pat_[A-Za-z0-9_-]{27}"),
  token("DIGITALOCEAN", "do(p|o|r)_v1_[a-f0-9]{64}"),
  token("SHOPIFY", "shp(at|ca|pa|ss)_[a-fA-F0-9]{32}"),
  token("SQUARE", "sq0(atp|csp)-[A-Za-z0-9_-]{22,43}"),
  token("TELEGRAM_BOT", "[1-9][0-9]{9}:AA[A-Za-z0-9_-]{33}"),
  token("DISCORD_BOT", "M[A-Za-z0-9]{23}.[A-Za-z0-9_-]{6}.[A-Za-z0-9_-]{38}"),
  named("HEROKU", "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}"),
  named("DATADOG", "[a-f0-9]{40}"),
  token("NEW_RELIC", "NRAK-[A-Z0-9]{27}"),
  token("LINEAR", "lin_api_[A-Za-z0-9]{40}"),
  token("NOTION", "ntn_[0-9]{11}[A-Za-z0-9]{35}"),
  token("ATLASSIAN", "ATATT3xFfGF0[A-Za-z0-9_=-]{171}=[A-F0-9]{8}"),
  token("DATABRICKS", "dapi[a-f0-9]{32}"),
  token("VAULT", "hvs.[A-Za-z0-9_-]{90,100}"),
  token("TERRAFORM_CLOUD", "[a-zA-Z0-9]{14}.atlasv1.[A-Za-z0-9_-]{67}"),
  token("GRAFANA", "glsa_[A-Za-z0-9]{32}_[a-fA-F0-9]{8}"),
  token("POSTMAN", "PMAK-[a-f0-9]{24}-[a-f0-9]{34}"),
  token("PLANETSCALE", "pscale_(tkn|pw)_[A-Za-z0-9_-]{32,43}"),
  token("DOPPLER", "dp.pt.[A-Za-z0-9]{43}"),
  token("AGE_KEY", "AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}"),
  token("FLY_IO", "fo1_[A-Za-z0-9_-]{43}"),
  token("AIRTABLE", "pat[A-Za-z0-9]{14}.[a-f0-9]{64}"),
  token("FIGMA", "figd_[A-Za-z0-9_-]{40}"),
  token("SENTRY", "sntryu_[a-f0-9]{64}"),
  token("EASYPOST", "EZAK[A-Za-z0-9]{54}"),
  token("SHIPPO", "shippo_live_[a-f0-9]{40}"),
  token("PERPLEXITY", "pplx-[A-Za-z0-9]{48}"),
  token("GROQ", "gsk_[A-Za-z0-9]{52}"),
  token("REPLICATE", "r8_[A-Za-z0-9]{37}"),
  token("DYNATRACE", "dt0c01.[A-Z2-7]{24}.[A-Z2-7]{64}"),
  token("PULUMI", "pul-[a-f0-9]{40}"),
  named("CLOUDFLARE", "[A-Za-z0-9_-]{40}"),
  named("ALGOLIA", "[a-f0-9]{32}"),
  named("OKTA", "00[A-Za-z0-9_-]{40}"),
];

/** `AWS_SECRET` as a sentence and a member's name have it. */
export const spoken = (name: string): string =>
  name
    .toLowerCase()
    .split("_")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(" ");

const isMixed = (text: string): boolean => /\d/.test(text) && /[a-z]/i.test(text);

/** Random drawings that happen to be all letters would be no likely token. */
export function tokenOf(random: Random, { pattern }: Provider): string {
  for (;;) {
    const value = random.shape(pattern);
    if (isMixed(value) || !/0-9/.test(pattern)) return value;
  }
}
