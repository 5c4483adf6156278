/** Secrets that no provider's prefix gives away: keys, connection strings, tokens, assignments. */
import type { Random } from "../random.ts";

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const base64Url = (random: Random, text: string): string =>
  Buffer.from(text || random.hex(32), "utf8").toString("base64url");

const KEY_LABELS = [
  "RSA PRIVATE KEY",
  "EC PRIVATE KEY",
  "OPENSSH PRIVATE KEY",
  "PRIVATE KEY",
  "ENCRYPTED PRIVATE KEY",
  "DSA PRIVATE KEY",
  "PGP PRIVATE KEY BLOCK",
];

export function privateKey(random: Random): string {
  const label = random.pick(KEY_LABELS);
  const lines = Array.from({ length: random.int(4, 12) }, () => random.chars(BASE64, 64));
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`].join("\n");
}

export const publicKey = (random: Random): string =>
  privateKey(random).replace(/-----(BEGIN|END) [^-]+-----/g, "-----$1 PUBLIC KEY-----");

const SCHEMES = ["postgres", "postgresql", "mysql", "mongodb", "mongodb+srv", "redis", "amqp", "mssql"];
const USERS = ["app", "admin", "svc_orders", "root", "reporting"];
const HOSTS = [
  "db.internal",
  "prod-db-1.example.net",
  "cluster0.ab1cd.mongodb.net",
  "10.0.3.17",
  "cache.acme.io",
];

export const password = (random: Random): string =>
  random.shape("[A-Z][a-z]{3,5}[0-9]{2,4}[!#$%_-][a-zA-Z0-9]{3,8}").replace(/[#%]/g, "!");

export function connectionString(random: Random): string {
  const [user, host, secret] = [random.pick(USERS), random.pick(HOSTS), password(random)];
  return random.pick([
    `${random.pick(SCHEMES)}://${user}:${secret}@${host}/orders`,
    `${random.pick(SCHEMES)}://${user}:${secret}@${host}:${random.int(1024, 9999)}/app`,
    `https://${user}:${secret}@${host}/repo.git`,
    `Server=${host};Database=sales;User Id=${user};Password=${secret};`,
    `DefaultEndpointsProtocol=https;AccountName=acmestore;AccountKey=${random.chars(BASE64, 86)}==;EndpointSuffix=core.windows.net`,
    `jdbc:postgresql://${host}:5432/app?user=${user}&password=${secret}`,
  ]);
}

/** The same addresses with nothing secret in them. */
export function harmlessUrl(random: Random): string {
  const host = random.pick(HOSTS);
  return random.pick([
    `postgres://${host}/orders`,
    `https://${host}/repo.git`,
    `redis://${host}:6379/0`,
    `postgres://\${DB_USER}:\${DB_PASSWORD}@${host}/orders`,
    `https://${host}/a:b/c?next=/d@e`,
    `mysql://<user>:<password>@${host}/app`,
  ]);
}

export function jwt(random: Random): string {
  const header = { alg: random.pick(["HS256", "RS256", "ES256"]), typ: "JWT" };
  const body = {
    sub: random.digits(10),
    name: random.pick(USERS),
    iat: 1_700_000_000 + random.int(0, 9_999_999),
  };
  const signature = random.shape("[A-Za-z0-9_-]{43}");
  return `${base64Url(random, JSON.stringify(header))}.${base64Url(random, JSON.stringify(body))}.${signature}`;
}

export const notJwt = (random: Random): string =>
  random.pick([`eyJ.${random.hex(6)}.x`, "eyJhbGciOiJIUzI1NiJ9", `www.example${random.int(1, 99)}.com`]);

const SECRET_NAMES = [
  "password",
  "passwd",
  "DB_PASSWORD",
  "client_secret",
  "api_key",
  "apiKey",
  "secret_key",
  "auth_token",
  "access_token",
  "SECRET",
  "private_token",
];

export function assignment(random: Random): string {
  const name = random.pick(SECRET_NAMES);
  const isPassword = /pass/i.test(name);
  const value = isPassword ? password(random) : random.shape("[A-Za-z0-9]{28,40}");
  const quote = random.pick(['"', "'", ""]);
  return `${name}${random.pick([" = ", "=", ": "])}${quote}${value}${quote}`;
}

export const keyValue = (random: Random): string =>
  random.shape("[A-Za-z0-9]{12,18}[0-9]{2}[A-Za-z0-9]{12,18}");

/** What stands in such members without being one. */
export const harmlessValue = (random: Random): string =>
  random.pick([
    "",
    "********",
    "$DB_PASSWORD",
    "<redacted>",
    "changeme",
    "string",
    "null",
    "true",
    "xxxx",
    "required",
  ]);

/** Placeholders, references and talk about passwords. */
export function harmlessAssignment(random: Random): string {
  const name = random.pick(SECRET_NAMES);
  return random.pick([
    `${name} = os.environ["${name.toUpperCase()}"]`,
    `${name}=\${${name.toUpperCase()}}`,
    `${name}: <your ${name} here>`,
    `${name} = "********"`,
    `${name}: null`,
    `${name} = "changeme"`,
    `${name}: process.env.${name.toUpperCase()}`,
    `${name} = ""`,
    `the ${name} is required`,
    `${name}: xxxxxxxxxxxx`,
  ]);
}

export function basicAuth(random: Random): string {
  const credentials = Buffer.from(`${random.pick(USERS)}:${password(random)}`).toString("base64");
  return random.pick([
    `Authorization: Basic ${credentials}`,
    `Authorization: Bearer ${random.shape("[A-Za-z0-9]{40}")}`,
  ]);
}
