/** Secrets: one kind for each provider, and for each of the forms without one. */
import type { Kind } from "../model.ts";
import type { Random } from "../random.ts";
import {
  assignment,
  basicAuth,
  connectionString,
  harmlessAssignment,
  harmlessUrl,
  harmlessValue,
  jwt,
  keyValue,
  notJwt,
  password,
  privateKey,
  publicKey,
} from "./credentials.ts";
import { PROVIDERS, type Provider, spoken, tokenOf } from "./tokens.ts";

/** A scanner of secrets says by whichever rule that it is one. */
const ANY: readonly string[] = ["*"];

const SENTENCES = [
  "Here is the key: {}",
  "Use {} for the deployment.",
  "I rotated it, the new one is {} now.",
  'export TOKEN="{}"',
  "token={}",
  "curl -H 'X-Api-Key: {}' https://api.example.com/v1",
];

/** Tokens cut short or with the wrong head are none. */
function broken(random: Random, provider: Provider): string {
  const value = tokenOf(random, provider);
  const head = value.slice(0, 4);
  return random.chance(0.5) ? value.slice(0, 9) : `${head.toUpperCase()} ${head}`;
}

function providerKind(provider: Provider): Kind {
  const { name, needsName = false } = provider;
  const title = spoken(name);
  const member = name.toLowerCase();
  return {
    policy: "secrets",
    entity: name,
    rules: ANY,
    alphabet: "token",
    caseMatters: true,
    make: (random) => tokenOf(random, provider),
    sentences: needsName
      ? [
          `${title} API key: {}`,
          `${member}_api_key={}`,
          `${title} token is {}`,
          `${member.toUpperCase()}_KEY="{}"`,
        ]
      : SENTENCES,
    keys: needsName ? [`${member}_api_key`, `${member}_token`] : ["token", "api_key", "value", "note"],
    near: (random) => broken(random, provider),
    nearSentences: ["The docs mention {} as an example.", "Prefix {} is theirs.", "Branch {} was merged."],
  };
}

interface Form {
  readonly entity: string;
  readonly make: (random: Random) => string;
  readonly near?: (random: Random) => string;
  readonly sentences: readonly string[];
}

const FORMS: readonly Form[] = [
  {
    entity: "PRIVATE_KEY",
    make: privateKey,
    near: publicKey,
    sentences: ["{}", "Deploy key:\n{}\nThanks", "id_rsa follows\n\n{}"],
  },
  {
    entity: "CONNECTION_STRING",
    make: connectionString,
    near: harmlessUrl,
    sentences: ["DATABASE_URL={}", "Connect with {} please.", "The DSN is {}", 'url = "{}"'],
  },
  {
    entity: "JWT",
    make: jwt,
    near: notJwt,
    sentences: ["Bearer {}", "Session token: {}", "It sends {} in the header.", "jwt={}"],
  },
  {
    entity: "PASSWORD_ASSIGNMENT",
    make: assignment,
    near: harmlessAssignment,
    sentences: ["{}", "In .env:\n{}\nDEBUG=1", "config has {} in it", "login works with {}"],
  },
  {
    entity: "AUTHORIZATION_HEADER",
    make: basicAuth,
    sentences: ["{}", "curl -H '{}' https://api.example.com", "Send {} with each call."],
  },
];

const memberKind = (entity: string, make: Kind["make"], keys: readonly string[]): Kind => ({
  policy: "secrets",
  entity,
  rules: ANY,
  alphabet: "token",
  caseMatters: true,
  onlyInMember: true,
  make,
  near: harmlessValue,
  sentences: ["{}"],
  keys,
});

export const SECRETS: readonly Kind[] = [
  ...PROVIDERS.map(providerKind),
  ...FORMS.map(
    (form): Kind => ({
      policy: "secrets",
      rules: ANY,
      alphabet: "token",
      caseMatters: true,
      isSentence: true,
      keys: ["text", "body"],
      ...form,
    }),
  ),
  memberKind("KEY_MEMBER", keyValue, ["client_secret", "apiKey", "secret_key", "accessToken", "auth_token"]),
  memberKind("PASSWORD_MEMBER", password, ["password", "db_password", "smtpPassword", "passwd"]),
];
