import { Class } from "./tables";
import { folded, runEnd } from "./text";

// The secret of one-time passwords in an address as of a QR code: `otpauth://totp/name?secret=JBSWY3DPEHPK3PXP`.

const ADDRESS_MAX: i32 = 512;
/** Ten bytes in base32. */
const SECRET_MIN: i32 = 16;
const SECRET_EQUALS: u64 = 0x3d746572636573; // secret=

/** The end of the secret in an address whose scheme ends at `at`; -1: there is none. */
export function otpEnd(at: i32): i32 {
  const last = min(runEnd(Class.PRINTABLE, at), at + ADDRESS_MAX);
  for (; at < last; at++) {
    if ((load<u64>(folded + at) & 0xffffffffffffff) != SECRET_EQUALS) continue;
    const start = at + 7;
    const end = runEnd(Class.ALNUM, start);
    return end - start >= SECRET_MIN ? end : -1;
  }
  return -1;
}
