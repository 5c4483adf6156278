/** Identifiers of things: of no person, and no secret, though some look like it. */

import { luhn } from "../checks.ts";
import type { Benign } from "../model.ts";
import type { Random } from "../random.ts";
import { fill } from "./slots.ts";

type Make = (random: Random) => string;

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const base64 = (random: Random, bytes: number): string =>
  Buffer.from(random.hex(bytes * 2), "hex").toString("base64");

/** ISO 6346: no check digit is needed to look like one. */
const container: Make = (random) => random.shape("(MSKU|TCLU|CAIU|HLXU)[0-9]{7}");

/** GSMA: 14 digits and Luhn's, as cards have it. */
const imei: Make = (random) => {
  const body = `35${random.digits(12)}`;
  return body + luhn(body);
};

function ean13(random: Random): string {
  const body = `40${random.digits(10)}`;
  const total = [...body].reduce((sum, digit, index) => sum + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return `${body}${(10 - (total % 10)) % 10}`;
}

const pem = (random: Random, label: string, lines: number): string =>
  [
    `-----BEGIN ${label}-----`,
    ...Array.from({ length: lines }, () => base64(random, 48)),
    `-----END ${label}-----`,
  ].join("\n");

/** What it is called, and what it looks like. */
const IDENTIFIERS: readonly (readonly [string, Make])[] = [
  ["arn", (random) => `arn:aws:s3:::acme-logs-${random.digits(12)}`],
  ["account_arn", (random) => `arn:aws:iam::${random.digits(12)}:role/deploy`],
  ["object_id", (random) => random.hex(24)],
  ["ulid", (random) => `01${random.chars(CROCKFORD, 24)}`],
  ["snowflake", (random) => random.shape("1[0-2][0-9]{17}")],
  ["nanoid", (random) => random.shape("[A-Za-z0-9_-]{21}")],
  ["container", container],
  ["imei", imei],
  ["ean", ean13],
  ["gtin_text", (random) => `GTIN ${ean13(random)}, ${random.int(1, 40)} pieces`],
  ["vin", (random) => random.shape("W[VAB][A-HJ-NPR-Z0-9]{7}[A-HJ-NPR-Z0-9]{2}[0-9]{6}")],
  ["vat_id", (random) => random.shape("(DE[0-9]{9}|ATU[0-9]{8}|FR[0-9]{11}|GB[0-9]{9})")],
  ["register", (random) => `HRB ${random.digits(6)} B`],
  ["zip4", (random) => random.shape("[1-9][0-9]{4}-[0-9]{4}")],
  ["ein", (random) => random.shape("[1-9][0-9]-[0-9]{7}")],
  ["duns", (random) => random.shape("[0-9]{2}-[0-9]{3}-[0-9]{4}")],
  ["part", (random) => random.shape("[0-9]{2}-[0-9]{4}-[0-9]{3}")],
  ["serial", (random) => random.shape("SN[0-9]{10}")],
  ["lot", (random) => random.shape("L[0-9]{6}")],
  ["flight", (random) => random.shape("(LH|BA|AF|UA)[0-9]{3,4}")],
  ["plate", (random) => random.shape("[A-Z]{1,2}-[A-Z]{2} [0-9]{3,4}")],
  ["etag", (random) => `W/"${random.hex(32)}"`],
  ["integrity", (random) => `sha384-${base64(random, 48)}`],
  ["digest", (random) => `sha256:${random.hex(64)}`],
  [
    "ssh_public",
    (random) => `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${random.shape("[A-Za-z0-9+/]{43}")} deploy@ci`,
  ],
  ["certificate", (random) => pem(random, "CERTIFICATE", random.int(3, 9))],
  ["public_key", (random) => pem(random, "PUBLIC KEY", 2)],
  ["data_uri", (random) => `data:image/webp;base64,${base64(random, random.int(60, 300))}`],
  ["nonce", (random) => `script-src 'nonce-${base64(random, 16)}' 'strict-dynamic'`],
  [
    "doi",
    (random) =>
      `10.1${random.digits(3)}/s${random.digits(5)}-0${random.digits(2)}-${random.digits(5)}-${random.int(0, 9)}`,
  ],
  [
    "coordinates",
    (random) => `${random.int(-89, 89)}.${random.digits(6)},${random.int(-179, 179)}.${random.digits(6)}`,
  ],
  [
    "timestamp",
    (random) => `20${random.padded(20, 29)}${random.padded(1, 12)}${random.padded(1, 28)}${random.digits(6)}`,
  ],
  ["epoch_ms", (random) => String(1_600_000_000_000 + random.int(0, 200_000_000_000))],
  [
    "version",
    (random) => `${random.int(1, 30)}.${random.int(0, 99)}.${random.int(0, 9999)}.${random.int(0, 9999)}`,
  ],
  ["cron", (random) => `${random.int(0, 59)} ${random.int(0, 23)} * * 1-5`],
  ["color_list", (random) => Array.from({ length: 6 }, () => `#${random.hex(6)}`).join(" ")],
  ["hex_dump", (random) => Array.from({ length: 16 }, () => random.hex(2)).join(" ")],
  ["float_list", (random) => Array.from({ length: 12 }, () => `0.${random.digits(8)}`).join(", ")],
  ["int_list", (random) => Array.from({ length: 14 }, () => random.int(0, 99_999)).join(" ")],
  ["phone_menu", (random) => `Press ${random.int(1, 9)} for sales, extension ${random.digits(4)}`],
  ["short_date_list", (random) => fill(random, "{date}, {date}, {date}")],
  ["price_list", (random) => fill(random, "{money} / {money} / {money}")],
  ["css", (random) => `.a${random.hex(5)}{margin:${random.int(0, 40)}px;color:#${random.hex(6)}}`],
  [
    "minified_js",
    (random) =>
      `!function(e,t){var n=${random.int(1, 1e6)},r="${random.hex(20)}";t[e]=n^r.length}("x",window);`,
  ],
  ["publishable_key_name", () => "Set STRIPE_PUBLISHABLE_KEY and STRIPE_SECRET_KEY in the dashboard"],
  ["placeholder", () => "Authorization: Bearer <YOUR_TOKEN>"],
  ["masked", (random) => `card ************${random.digits(4)}, key sk_live_****${random.lower(4)}`],
  ["masked_ssn", (random) => `SSN ***-**-${random.digits(4)}`],
];

export function identifier(random: Random, index: number): Benign {
  const chosen = random
    .some(IDENTIFIERS, random.int(1, 4))
    .map(([name, make]) => [name, make(random)] as const);
  const isText = random.chance(0.3);
  const text = chosen.map(([name, value]) => `${name.replaceAll("_", " ")}: ${value}`).join("\n");
  return {
    id: `identifier/${index}`,
    group: "tool: identifiers",
    surface: "tool.call",
    payload: isText ? { note: text } : Object.fromEntries(chosen),
  };
}
