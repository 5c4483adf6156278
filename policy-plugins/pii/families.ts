import { Joint } from "./joints";

// What numbers of several groups can begin with two runs of given sizes and what stands between them. Nearly all pairs are
// nothing's beginning, so that lists of numbers cost a look into this table and no more.

export namespace Family {
  export const DATE: u8 = 1;
  export const IP: u8 = 2;
  export const CARD: u8 = 4;
  export const MANY: u8 = 8;
  export const THREE: u8 = 16;
  export const TWO: u8 = 32;
  export const PHONE: u8 = 64;
}

/** A byte for each joint and two sizes; 15 stands for more, too. */
const families: usize = memory.data(9 * 256);

// @ts-ignore: decorator
@inline
export function familyOf(first: i32, joint: i32, second: i32): u8 {
  return load<u8>(families + <usize>((joint << 8) + (min(first, 15) << 4) + min(second, 15)));
}

export function makeFamilies(): void {
  for (let joint = Joint.BLANK; joint <= Joint.PARENTHESIS; joint++) {
    for (let pair = 0x11; pair <= 0xff; pair++) {
      const family = joint == Joint.PARENTHESIS ? phone(pair) : date(pair, joint) | ip(pair, joint) | grouped(pair) | phone(pair);
      store<u8>(families + <usize>((joint << 8) + pair), family);
    }
  }
}

function date(pair: i32, joint: i32): u8 {
  const a = pair >> 4;
  const b = pair & 15;
  if (b > 2 || (a > 2 && a != 4) || joint == Joint.LINE) return 0;
  // With blanks alone only where day and month have two digits between them and more.
  return joint == Joint.BLANK && a + b < 3 ? 0 : Family.DATE;
}

function ip(pair: i32, joint: i32): u8 {
  return joint == Joint.DOT && pair >> 4 <= 3 && (pair & 15) <= 3 ? Family.IP : 0;
}

function grouped(pair: i32): u8 {
  const a = pair >> 4;
  const b = pair & 15;
  let family: u8 = a >= 4 && (b >= 3 || a >= 11) ? Family.CARD : 0;
  if (pair == 0x23 || pair == 0x33 || pair == 0x12) family |= Family.MANY;
  if (pair == 0x32 || pair == 0x33 || pair == 0x44 || pair == 0x45 || pair == 0x42 || pair == 0x23) family |= Family.THREE;
  if (pair == 0x64 || pair == 0x84 || pair == 0x67 || pair == 0xd2) family |= Family.TWO;
  return family;
}

function phone(pair: i32): u8 {
  return pair == 0x33 || pair == 0x13 ? Family.PHONE : 0;
}
