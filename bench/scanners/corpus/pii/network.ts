/** Addresses of machines, mailboxes and wallets. */
import { createHash } from "node:crypto";
import type { Kind } from "../model.ts";
import { DOMAINS, FIRST_NAMES, LAST_NAMES } from "../people.ts";
import type { Random } from "../random.ts";

function email(random: Random): string {
  const first = random.pick(FIRST_NAMES).toLowerCase();
  const last = random.pick(LAST_NAMES).toLowerCase();
  const local = random.pick([
    `${first}.${last}`,
    `${first}${random.int(1, 99)}`,
    `${first[0]}${last}`,
    `${first}_${last}`,
    `${first}+${random.lower(4)}`,
    `${first}-${last}`,
  ]);
  return `${local}@${random.pick(DOMAINS)}`;
}

const octet = (random: Random): number => random.int(1, 254);
const ipv4 = (random: Random): string =>
  [random.pick([10, 172, 192, 8, 81, 203, 45, 100]), octet(random), octet(random), octet(random)].join(".");
const group = (random: Random): string => random.hex(random.int(1, 4)).replace(/^0+(?=.)/, "");

function ipv6(random: Random): string {
  const groups = (count: number) => Array.from({ length: count }, () => group(random)).join(":");
  return random.pick([
    `2001:db8:${groups(6)}`,
    `2001:db8::${groups(random.int(1, 3))}`,
    `fe80::${groups(4)}`,
    `2a02:${groups(2)}::${groups(1)}`,
  ]);
}

function mac(random: Random): string {
  const pairs = Array.from({ length: 6 }, () => random.hex(2));
  const fours = Array.from({ length: 3 }, () => random.hex(4));
  const text = random.pick([pairs.join(":"), pairs.join(":"), pairs.join("-"), fours.join(".")]);
  return random.chance(0.5) ? text.toUpperCase() : text;
}

const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const sha256 = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();

function base58(bytes: Uint8Array): string {
  let value = BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
  let out = "";
  for (; value > 0n; value /= 58n) out = `${BASE58[Number(value % 58n)]}${out}`;
  const zeros = bytes.findIndex((byte) => byte !== 0);
  return "1".repeat(zeros) + out;
}

function base58Check(random: Random): string {
  const body = Buffer.from(`${random.pick(["00", "05"])}${random.hex(40)}`, "hex");
  return base58(Buffer.concat([body, sha256(sha256(body)).subarray(0, 4)]));
}

const BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/** BIP 173. */
function bech32Polymod(values: readonly number[]): number {
  const generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
  return values.reduce((state, value) => {
    const top = state >>> 25;
    const shifted = ((state & 0x1ffffff) << 5) ^ value;
    return generator.reduce((mixed, word, bit) => ((top >> bit) & 1 ? mixed ^ word : mixed), shifted);
  }, 1);
}

/** Witness version 0 with 20 bytes, or version 1 (BIP 350) with 32. */
function bech32(random: Random): string {
  const taproot = random.chance(0.4);
  const program = Array.from({ length: taproot ? 52 : 32 }, () => random.int(0, 31));
  // 32 bytes are 256 bits: the last of 52 quintets ends in four padding bits.
  if (taproot) program[51] = (program[51] ?? 0) & 16;
  const data = [taproot ? 1 : 0, ...program];
  const prefix = [3, 3, 0, 2, 3]; // "bc" expanded
  const polymod = bech32Polymod([...prefix, ...data, 0, 0, 0, 0, 0, 0]) ^ (taproot ? 0x2bc830a3 : 1);
  const check = [25, 20, 15, 10, 5, 0].map((shift) => (polymod >>> shift) & 31);
  return `bc1${[...data, ...check].map((value) => BECH32[value]).join("")}`;
}

const wallet = (random: Random): string =>
  random.pick([base58Check, base58Check, bech32, (r: Random) => `0x${r.hex(40)}`])(random);

/** One character of the middle exchanged for another of the alphabet: the checksum no longer holds. */
function brokenWallet(random: Random): string {
  const address = random.chance(0.5) ? base58Check(random) : bech32(random);
  const at = random.int(6, address.length - 8);
  const other = address[at] === "q" ? "p" : "q";
  return address.slice(0, at) + other + address.slice(at + 1);
}

export const NETWORK: readonly Kind[] = [
  {
    policy: "pii",
    entity: "EMAIL_ADDRESS",
    alphabet: "token",
    make: email,
    sentences: [
      "Write to {} for details.",
      "Forward this to {}, please.",
      "E-mail: {}",
      "You can reach her at {}",
      "cc {} and legal",
      "Customer {} has complained.",
    ],
    keys: ["email", "contact", "reply_to", "customer_email"],
    near: (random) => random.pick(["@channel", "user@localhost", "a @ b", "foo@", "@types/node@24", "git@"]),
    nearSentences: ["See {} in the notes.", "It says {} there."],
  },
  {
    policy: "pii",
    entity: "IP_ADDRESS",
    alphabet: "token",
    make: (random) => (random.chance(0.6) ? ipv4(random) : ipv6(random)),
    sentences: [
      "The request came from {} at night.",
      "Client IP: {}",
      "Please whitelist {} in the firewall.",
      "Host {} does not answer.",
    ],
    keys: ["ip", "client_ip", "remote_addr", "host"],
    near: (random) =>
      random.pick([
        `${random.int(256, 999)}.${random.int(1, 99)}.${random.int(1, 99)}.${random.int(1, 99)}`,
        `${random.int(1, 9)}.${random.int(1, 20)}.${random.int(1, 20)}`,
        `v${random.int(1, 9)}.${random.int(1, 9)}.${random.int(1, 9)}.${random.int(1, 9)}.${random.int(1, 9)}`,
        `${random.padded(10, 23)}:${random.padded(10, 59)}:${random.padded(10, 59)}`,
      ]),
    nearSentences: ["We run {} since Monday.", "Section {} of the manual.", "Build {} is out."],
  },
  {
    policy: "pii",
    entity: "MAC_ADDRESS",
    alphabet: "token",
    make: mac,
    sentences: [
      "The device's MAC address is {}.",
      "MAC: {}",
      "Block {} on the switch.",
      "Network card {} is unknown.",
    ],
    keys: ["mac", "mac_address", "device_mac"],
    near: (random) => Array.from({ length: random.pick([4, 5, 8]) }, () => random.hex(2)).join(":"),
  },
  {
    policy: "pii",
    entity: "CRYPTO",
    alphabet: "token",
    caseMatters: true,
    make: wallet,
    sentences: [
      "Send the bitcoin to {} today.",
      "Wallet: {}",
      "BTC address {} received it.",
      "Payment in crypto to wallet {}.",
      "My ETH or BTC wallet address is {}.",
    ],
    keys: ["wallet", "btc_address", "crypto_address"],
    near: brokenWallet,
  },
];
