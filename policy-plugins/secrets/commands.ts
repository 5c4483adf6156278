import { Link } from "./context";
import { Class } from "./tables";
import { byteAt, foldedAt, runEnd } from "./text";
import { isMixed, isPassword } from "./values";

// Passwords that a command takes as an option: `mysql -uroot -psecret`, `sshpass -p secret ssh`, `redis-cli -a secret`,
// `docker login -p secret`, `gh secret set NAME --body secret`.

const COMMAND_MAX: i32 = 400;
const PASSWORD_MIN: i32 = 4;
/** Of what may be the name of a database as well: `mysql -p crm`. */
const MIXED_MIN: i32 = 8;

const MYSQL: u8 = 0x6d;
const MONGO: u8 = 0x6f;
const SSHPASS: u8 = 0x73;
const REDIS: u8 = 0x72;
const LOGIN: u8 = 0x20;
const GITHUB: u8 = 0x67;
const LDAP: u8 = 0x6c;
const ZIP: u8 = 0x7a;

let command: u8 = 0;
let commandAt: i32 = -COMMAND_MAX;
/** Up to here no line ended. */
let lineSeen: i32 = 0;

export let passwordStart: i32 = 0;

/** A command whose name begins at `at`. */
export function sawCommand(at: i32): void {
  const first = foldedAt(at);
  command = first == MYSQL && foldedAt(at + 1) == 0x6f ? MONGO : first;
  commandAt = at;
  lineSeen = at;
}

/** The end of the password after an option whose blank is at `at`; -1: no command that takes it is before it on the line. */
export function optionEnd(at: i32): i32 {
  if (at - commandAt > COMMAND_MAX || isLineOver(at)) return -1;
  const isLong = byteAt(at + 2) == 0x2d;
  const letter = byteAt(isLong ? at + 3 : at + 2);
  if (!takes(letter)) return -1;
  let start = isLong ? runEnd(Class.WORD, at + 3) : at + 3;
  const isApart = byteAt(start) == 0x20 || byteAt(start) == 0x3d;
  if (isApart) start++;
  const quote = byteAt(start);
  const isQuoted = quote == 0x22 || quote == 0x27;
  if (isQuoted) start++;
  const end = runEnd(Class.PASSWORD, start);
  const isMaybeOther = isApart && !isQuoted && (command == MYSQL || command == MONGO);
  if (end - start < PASSWORD_MIN || byteAt(start) == 0x2d || (isQuoted && byteAt(end) != quote)) return -1;
  if (isMaybeOther && (end - start < MIXED_MIN || !isMixed(start, end))) return -1;
  passwordStart = start;
  return isPassword(start, end, Link.NAME, true) ? end : -1;
}

function takes(letter: u8): bool {
  if (letter == 0x50) return command == ZIP; // -P
  if (letter == 0x70) return command != ZIP && command != REDIS && command != GITHUB && command != LDAP; // -p, --pass
  if (letter == 0x61) return command == REDIS; // -a
  if (letter == 0x62) return command == GITHUB; // -b, --body
  return letter == 0x77 && command == LDAP; // -w
}

/** Whether a line ended since the command, but for a backslash before its feed. */
function isLineOver(to: i32): bool {
  for (let at = lineSeen; at < to; at++) {
    if (byteAt(at) != 0x0a || byteAt(at - 1) == 0x5c) continue;
    commandAt = -COMMAND_MAX;
    return true;
  }
  lineSeen = to;
  return false;
}
