import { E } from "./entities";
import { mayBe, offer, settle } from "./report";
import { isOn } from "./settings";
import { sha256 } from "../sdk/sha256";
import { at, isDigit, plain } from "./text";

// Bitcoin's addresses in both of their forms, and Ethereum's.

const ETHEREUM: i32 = 90;
const BECH32: i32 = 100;
const BASE58: i32 = 100;
const NAMED: i32 = 90;

export function cryptoAt(start: i32, end: i32): i32 {
  const size = end - start;
  if (!isOn(E.CRYPTO) || size < 26 || size > 90) return -1;
  const first = at(start);
  if (first == 0x30) return size == 42 && at(start + 1) == 0x78 && isHexadecimal(start + 2, end) ? found(start, end, ETHEREUM) : -1;
  if (first == 0x62) return isBech32(start, end) ? found(start, end, BECH32) : -1;
  return size <= 35 && isBase58(start, end) && isBase58Check(start, end) ? found(start, end, BASE58) : -1;
}

function found(start: i32, end: i32, alone: i32): i32 {
  const near = max(alone, NAMED);
  if (!mayBe(E.CRYPTO, start, end, alone, near)) return -1;
  offer(E.CRYPTO, start, end, alone, near);
  return settle();
}

function isHexadecimal(from: i32, to: i32): bool {
  for (let i = from; i < to; i++) if (!isDigit(at(i)) && at(i) - 0x61 > 5) return false;
  return true;
}

/** Begins with 1 or 3; neither 0, O, I nor l; capitals, small letters and digits all occur. */
function isBase58(start: i32, end: i32): bool {
  if (at(start) != 0x31 && at(start) != 0x33) return false;
  let upper = 0;
  let lower = 0;
  for (let i = start; i < end; i++) {
    const byte = <u32>load<u8>(plain + <usize>i);
    if (byte == 0x30 || byte == 0x4f || byte == 0x49 || byte == 0x6c) return false;
    if (byte - 0x41 < 26) upper++;
    else if (byte - 0x61 < 26) lower++;
  }
  return upper > 0 && lower > 0;
}

/**
 * A checksum costs as much as reading a hundred bytes; of this many looks one text can ask for, further ones are taken for
 * what they look like.
 */
const CHECKS_MAX: i32 = 16;
let checks: i32 = 0;

const DECODED_BYTES: i32 = 25;
const decoded: usize = memory.data(32);
const digest: usize = memory.data(32);

/** A version, twenty bytes, and the first four of their digest's digest. */
function isBase58Check(start: i32, end: i32): bool {
  if (++checks > CHECKS_MAX) return true;
  memory.fill(decoded, 0, DECODED_BYTES);
  for (let i = start; i < end; i++) {
    let carry = base58Value(<u32>load<u8>(plain + <usize>i));
    for (let j = DECODED_BYTES - 1; j >= 0; j--) {
      carry += <u32>load<u8>(decoded + <usize>j) * 58;
      store<u8>(decoded + <usize>j, <u8>carry);
      carry >>= 8;
    }
    if (carry != 0) return false;
  }
  sha256(decoded, DECODED_BYTES - 4, digest);
  sha256(digest, 32, digest);
  return load<u32>(digest) == load<u32>(decoded + <usize>(DECODED_BYTES - 4));
}

/** `123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz`, from 0. */
function base58Value(byte: u32): u32 {
  if (byte < 0x41) return byte - 0x31;
  if (byte < 0x61) return byte - 0x41 + 9 - (byte > 0x49 ? 1 : 0) - (byte > 0x4f ? 1 : 0);
  return byte - 0x61 + 33 - (byte > 0x6c ? 1 : 0);
}

/** 5-bit value plus one of each letter and digit, from `0`; 0: not of the alphabet. BIP 173. */
const VALUES: usize = memory.data<u8>([
  16, 0, 11, 18, 22, 21, 27, 31, 8, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 30, 0, 25, 14, 26, 10, 9, 24, 0, 19, 23, 32, 28, 20, 0, 2, 1, 4, 17, 12, 29, 13,
  15, 7, 5, 3,
]);

const GENERATORS: usize = memory.data<u32>([0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]);

/** `bc1` and its checksum, of either constant (BIP 173 and 350). */
function isBech32(start: i32, end: i32): bool {
  if (at(start + 1) != 0x63 || at(start + 2) != 0x31) return false;
  let rest = polymod(1, 3);
  rest = polymod(rest, 3);
  rest = polymod(rest, 0);
  rest = polymod(rest, 2); // b and c
  rest = polymod(rest, 3);
  for (let i = start + 3; i < end; i++) {
    const value = <u32>load<u8>(VALUES + <usize>(at(i) - 0x30));
    if (value == 0) return false;
    rest = polymod(rest, value - 1);
  }
  return rest == 1 || rest == 0x2bc830a3;
}

function polymod(rest: u32, value: u32): u32 {
  const top = rest >> 25;
  let next = ((rest & 0x1ffffff) << 5) ^ value;
  for (let i = 0; i < 5; i++) if ((top >> i & 1) != 0) next ^= load<u32>(GENERATORS + (<usize>i << 2));
  return next;
}
