// Each entry of providers.json by its own example, in the ways that people and programs write tokens.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PolicyHost } from "../../worker/evaluate/host.ts";
import { builtPolicy, inputWith, partsFor } from "../evaluate/policies.ts";
import { type Finding, findingsOf } from "./extism-host.ts";

interface Provider {
  id: string;
  rule: string;
  prefixes?: string[];
  words?: string[];
  before?: string;
  example: string;
}

const folder = join(import.meta.dirname, "../../policy-plugins/secrets");
const providers: Provider[] = JSON.parse(readFileSync(join(folder, "providers.json"), "utf8"));

const policy = builtPolicy("secrets");
const host = new PolicyHost(null);

/** A whole token; where there is something before the prefix, a tilde in the example says where the prefix stands. */
const tokenOf = ({ example, before }: Provider, prefix: string) =>
  before === undefined ? prefix + example : example.replace("~", prefix);

const judge = (payload: unknown): Promise<Finding[]> =>
  findingsOf("secrets", {}, { action: { surface: "outbound.email", payload } });

const textsOf = (provider: Provider): string[] => [
  ...(provider.prefixes ?? []).map((prefix) => `Use ${tokenOf(provider, prefix)} for it, please.`),
  ...(provider.words ?? []).map((word) => `${word} = "${provider.example}"`),
];

describe("tokens of providers", () => {
  it.each(providers.map((provider, item) => ({ ...provider, item })))("$id", async (provider) => {
    for (const text of textsOf(provider)) {
      const { rule, item } = provider;
      const findings = await judge({ text });
      expect({ text, findings }).toMatchObject({ findings: [{ rule, item }] });
    }
  });
});

describe("what stands for a secret", () => {
  // A token in each provider's form, but of one character: nobody's.
  it.each(providers.filter(({ prefixes }) => prefixes !== undefined))("$id", async (provider) => {
    for (const prefix of provider.prefixes ?? []) {
      const { before, example } = provider;
      if (before !== undefined || !/[a-z0-9]{8}/i.test(example)) continue;
      const text = `Use ${prefix}${example.replace(/[a-z]/g, "x").replace(/[A-Z]/g, "X").replace(/[0-9]/g, "0")}`;
      const findings = await judge({ text });
      expect({ text, findings }).toEqual({ text, findings: [] });
    }
  });
});

// Values of the tests' own: random, and nobody's.
const RANDOM = "q7ZkT2vt9RmLx4WnB8Yd";
const HEX = "5b1e7c30a9d84f26b7c05e91d3a8f642";
const MIXED = "Pelikan#5830";

const apart = [
  [
    "a provider's name, its kind and the value in a row",
    `vendor;item;content\nDatadog;application key;${HEX}\n`,
    "DATADOG_KEY",
  ],
  [
    "brackets",
    `She will send the Plaid secret key (${HEX.slice(0, 30)}) to the auditors.`,
    "PROVIDER_CREDENTIAL",
  ],
  ["an arrow", `Flickr secret → ${HEX}`, "PROVIDER_CREDENTIAL"],
  ["the next sentence", `Is this the right Travis token? I have "${RANDOM}Ab" here.`, "PROVIDER_CREDENTIAL"],
  [
    "the next line",
    `*Heroku* (API key)\n\`${HEX.slice(0, 8)}-27b1-4c0e-9f3d-6a85e04b7c19\``,
    "PROVIDER_CREDENTIAL",
  ],
  ["a provider's call", `const bank = new PlaidClient("${HEX.slice(0, 30)}");`, "PROVIDER_CREDENTIAL"],
  ["before the words", `Could you set ${HEX} as the Flickr API key?`, "PROVIDER_CREDENTIAL"],
  ["before a word", `${RANDOM} is the new token`, "HIGH_ENTROPY_SECRET"],
  [
    "a client's id, as gitleaks' rules have it",
    `MessageBird, client id: 7d20f5c4-27b1-4c0e-9f3d-6a85e04b7c19`,
    "PROVIDER_CREDENTIAL",
  ],
  ["an address' parameter", `api_key=https://host.example/?v=${RANDOM}&page=3`, "HIGH_ENTROPY_SECRET"],
  ["a tag's attribute", `password: <img title="${MIXED}" src="x.png">`, "PASSWORD_ASSIGNMENT"],
  ["a column", `| host | secret |\n|---|---|\n| db | ${RANDOM} |`, "HIGH_ENTROPY_SECRET"],
  ["a column of a list", `host,account,password\ndb,ops,${MIXED}\n`, "PASSWORD_ASSIGNMENT"],
  ["an argument", `$link = mysqli_connect('db', 'shop', '${MIXED}', 'shop');`, "PASSWORD_ASSIGNMENT"],
  ["cookies", `Cookie: lang=de; PHPSESSID=${RANDOM}; seen=1`, "HIGH_ENTROPY_SECRET"],
  ["codes", "Wiederherstellungscodes:\n\n8f3k-92lsq\n0d9f-3k2lx\n9s8d-2k3jw", "HIGH_ENTROPY_SECRET"],
  ["a sentence", `For the lobby tablet the password will soon be ${MIXED}, as agreed`, "PASSWORD_ASSIGNMENT"],
  ["before its word", `Log in with ${MIXED} as password.`, "PASSWORD_ASSIGNMENT"],
  ["German", `Das Kennwort lautet ${MIXED}.`, "PASSWORD_ASSIGNMENT"],
  ["Russian", `Пароль: ${MIXED}`, "PASSWORD_ASSIGNMENT"],
  ["Japanese", `パスワード：${MIXED}`, "PASSWORD_ASSIGNMENT"],
  ["Arabic", `كلمة المرور: ${MIXED}`, "PASSWORD_ASSIGNMENT"],
  ["a network's code", `WIFI:T:WPA;S:Lobby;P:${MIXED};;`, "PASSWORD_ASSIGNMENT"],
  ["a driver without a scheme", `shop:${MIXED}@tcp(db:3306)/shop`, "CONNECTION_STRING"],
  ["a number sign in an address", `amqp://shop:${MIXED}@mq.internal/`, "CONNECTION_STRING"],
  ["a router's line", `tacacs-server key ${MIXED}`, "PASSWORD_ASSIGNMENT"],
  ["a string made secure", `ConvertTo-SecureString '${MIXED}' -AsPlainText -Force`, "PASSWORD_ASSIGNMENT"],
  ["a YAML block", `password: |\n  ${MIXED}\n`, "PASSWORD_ASSIGNMENT"],
  ["words with hyphens", "passphrase: violet-anchor-gravel-teapot", "PASSWORD_ASSIGNMENT"],
  ["words", "The passphrase is: violet anchor gravel teapot", "PASSWORD_ASSIGNMENT"],
] as const;

const neither = [
  `the API key was rotated in commit ${HEX}${HEX.slice(0, 8)}`,
  `Datadog trace ${HEX}`,
  `New: secrets for all <img src="https://cdn.example/p.gif?id=7d20f5c4-27b1-4c0e-9f3d-6a85e04b7c19">`,
  "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAZQHMa9ZZRv3r4YlX9cJnTCF7N26Hqr2ARis5mnbOkBs=\n-----END PUBLIC KEY-----",
  "credentials: AES-256-GCM for what is stored",
  "login at 10:30 in Room-B12",
  "do not pass unsanitized input to this**",
  "| name | password |\n|---|---|\n| Ann | required |",
  "password,description\nrequired,at least twelve characters\n",
  "recovery codes are printed once, in 2024 and 2025",
  "Cookie: theme=dark; _ga=GA1.2.1102938475.1730000000",
  "The passphrase is: what you chose when you set this up",
  "class UnsupportedAuthOption(Http2ErrorWithResponse):",
  `ulid: 01QYAJC3Y2W52CBSYM0G5RHAT3 and token: <yours>`,
];

describe("a value apart from the words that say what it is", () => {
  it.each(apart)("%s", async (_name, text, rule) => {
    const rules = (await judge({ text })).map((finding) => finding.rule);
    expect({ text, rules }).toEqual({ text, rules: expect.arrayContaining([rule]) });
  });

  it.each(neither)("not %j", async (text) => {
    const findings = await judge({ text });
    expect({ text, findings }).toEqual({ text, findings: [] });
  });
});

/** Of 64 KiB of text, which the fast budget must suffice for, with room. */
const SIZE = 65_536;
const FUEL_MAX = 140_000_000;

const hostile = [
  ..."AKIA,AKIA ,ghp_,ghp_ ,sk-,sk-sk_,SK0,AAAA,eyJ,eyJ.eyJ.,0Q~,_mmk,:AA,.atlasv1.,xoxb-1234567890-,sc_a.".split(
    ",",
  ),
  ..."key=,key=a ,key is ,password ,password: ,password=abcdef ,api key for the ,secret,secret ,token:x ,auth\n".split(
    ",",
  ),
  ..."://,a://b:c,a://b:c@ ,uid=,Pwd=a;,curl -u ,curl -u a:b ,kind: secret data: a:b ,bearer a1b2 ".split(
    ",",
  ),
  ..."-----BEGIN PRIVATE KEY-----|----BEGIN |putty-user-key-file-|twilio linear adobe asana |twitter=|.abcdef".split(
    "|",
  ),
  "-----BEGIN PRIVATE KEY-----\nMIIEpAIBAAKCAQEA1c7+9z5Pad7OejecsQ0bu3ao\n",
  "able ",
  "able able able able able able able able able able able act;",
  "mysql -p ",
  "net use -p ",
  "echo a |sudo -s ",
  "htpasswd ",
  "password=hunter2x ",
  "password,",
  "a,password\n",
  "|password|\n",
  "token a1b2c3d4e5f6 ",
  "client secret plaid ",
  "cookie: a=b; sid=",
  "recovery codes\n",
  "mysqli('a','b',",
  "password: https://x?a=",
  'password: <a b="',
  "1/1/1/",
  "api_key=ab12cd34ef56gh78 ",
  "x",
  " ",
];

describe("hostile text", () => {
  it.each(hostile)("%j over and over costs no more than a bound", async (unit) => {
    const input = inputWith({ text: unit.repeat(Math.ceil(SIZE / unit.length)).slice(0, SIZE) });
    const parts = await partsFor("secrets", input);
    const { error, fuel } = await host.run(policy, "{}", input, FUEL_MAX, parts);
    expect({ error, fuel }).toMatchObject({ error: null });
  });
});
