import { decode } from "./base64";
import { Class } from "./tables";
import { byteAt, isOf, runEnd } from "./text";

// JSON Web Tokens (RFC 7519): three parts in base64url, the first of them JSON that names an algorithm; five, where it is
// encrypted.

const HEADER_MIN: i32 = 16;
const CLAIMS_MIN: i32 = 4;
const SIGNATURE_MIN: i32 = 16;
const HEADER_BYTES_MAX: i32 = 512;

const header: usize = memory.data(HEADER_BYTES_MAX);

/** The end of a token that begins at `start`, where `eyJ` stands; -1: none does. */
export function jwtEnd(start: i32): i32 {
  if (byteAt(start + 2) != 0x4a) return -1;
  const before = byteAt(start - 1);
  if (before == 0x2e || before == 0x2d || before == 0x5f) return -1;
  const headerEnd = runEnd(Class.URL, start);
  if (headerEnd - start < HEADER_MIN || byteAt(headerEnd) != 0x2e) return -1;
  const claimsEnd = runEnd(Class.URL, headerEnd + 1);
  // An encrypted token with a direct key has nothing for its second part.
  if (claimsEnd - headerEnd <= CLAIMS_MIN || byteAt(claimsEnd) != 0x2e) return -1;
  let end = runEnd(Class.URL, claimsEnd + 1);
  if (end - claimsEnd <= SIGNATURE_MIN) return isUnsigned(start, headerEnd, end - claimsEnd) ? claimsEnd + 1 : -1;
  if (!namesAlgorithm(start, headerEnd)) return -1;
  while (byteAt(end) == 0x2e && isOf(byteAt(end + 1), Class.URL)) end = runEnd(Class.URL, end + 1);
  return end;
}

/** `alg` is `none`: what it says is there to be read, and there is no signature. */
function isUnsigned(start: i32, headerEnd: i32, rest: i32): bool {
  return rest == 1 && namesAlgorithm(start, headerEnd);
}

/** Whether the header decodes to an object with a member `alg`. */
function namesAlgorithm(start: i32, end: i32): bool {
  const length = decode(start, end, header, HEADER_BYTES_MAX);
  for (let at = header; at + 5 <= header + length; at++) {
    if (load<u32>(at) == 0x676c6122 && load<u8>(at, 4) == 0x22) return true;
  }
  return false;
}
