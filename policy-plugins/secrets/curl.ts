import { isPlaceholder } from "./randomness";
import { Class } from "./tables";
import { byteAt, foldedAt, isOf, runEnd } from "./text";

// `curl -u user:password`, `lftp -u user,password`, `smbclient -U user%password`.

const COMMAND_MAX: i32 = 1000;

let lastCurl: i32 = -COMMAND_MAX;
/** What stands between user and password. */
let sign: u8 = 0x3a;
export let userStart: i32 = 0;

export function sawCurl(at: i32): void {
  lastCurl = at;
  const first = foldedAt(at);
  sign = first == 0x6c ? 0x2c : first == 0x73 || first == 0x72 || first == 0x77 ? 0x25 : 0x3a; // lftp; smbclient, rpcclient, winexe
}

/** The end of user and password after an option that ends at `at`; -1: no such command is near, or no password. */
export function userEnd(at: i32): i32 {
  if (at - lastCurl > COMMAND_MAX || at < lastCurl) return -1;
  let start = at;
  while (start < at + 4 && (byteAt(start) == 0x20 || byteAt(start) == 0x3d || byteAt(start) == 0x22 || byteAt(start) == 0x27)) start++;
  const end = runEnd(Class.PASSWORD, start);
  let colon = start;
  while (colon < end && byteAt(colon) != sign) {
    if (colon - start > COMMAND_MAX) return -1;
    colon++;
  }
  const password = colon + 1;
  if (end - password < 4 || byteAt(password) == 0x24 || byteAt(start) == 0x24 || byteAt(password) == 0x7b) return -1;
  if (isStandIn(password, end) || isPlaceholder(password, end)) return -1;
  userStart = start;
  return end;
}

/** Letters alone, such as `password`, `token` or `changeme`: what a manual would have there. */
function isStandIn(start: i32, end: i32): bool {
  for (let at = start; at < end; at++) {
    const byte = byteAt(at);
    if (!isOf(byte, Class.ALNUM) || byte - 0x30 < 10) return false;
  }
  return true;
}
