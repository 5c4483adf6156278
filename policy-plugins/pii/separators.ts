/** Blanks that stand within a line, breaking or not; a number is not continued on the next line. */
export function isBlank(unit: u16): bool {
  return unit == 0x20 || unit == 0x09 || unit == 0xa0 || <u16>(unit - 0x2000) < 11 || unit == 0x202f ||
    unit == 0x205f || unit == 0x3000;
}

/** Hyphens and dashes as people and word processors write them, soft and full-width ones included. */
export function isHyphen(unit: u16): bool {
  return unit == 0x2d || <u16>(unit - 0x2010) < 6 || unit == 0x2212 || unit == 0xad || unit == 0x2043 ||
    unit == 0xfe58 || unit == 0xfe63 || unit == 0xff0d;
}
