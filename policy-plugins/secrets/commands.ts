import { Link } from "./context";
import { Class } from "./tables";
import { byteAt, folded, foldedAt, isOf, runEnd } from "./text";
import { isMixed, isPassword } from "./values";

// Passwords that a command takes as an option: `mysql -uroot -psecret`, `sshpass -p secret ssh`, `redis-cli -a secret`,
// `docker login -p secret`, `gh secret set NAME --body secret`; behind its other words: `htpasswd -b file user secret`,
// `net use x: \\host\share /user:ann secret`; or from what stands before it: `echo secret | sudo -S`.

const COMMAND_MAX: i32 = 400;
const PASSWORD_MIN: i32 = 4;
/** Of what may be the name of a database as well: `mysql -p crm`. */
const MIXED_MIN: i32 = 8;

/** A command by its first four letters. */
namespace Name {
  export const MYSQL: u32 = 0x7173796d;
  export const MARIADB: u32 = 0x6972616d;
  export const MONGO: u32 = 0x676e6f6d;
  export const REDIS: u32 = 0x69646572;
  export const GITHUB: u32 = 0x73206867;
  export const LDAP: u32 = 0x7061646c;
  export const ZIP: u32 = 0x2070697a;
  export const SEVEN_ZIP: u32 = 0x207a37;
  export const RAR: u32 = 0x20726172;
  export const SNMP: u32 = 0x706d6e73;
  export const OPENSSL: u32 = 0x6e65706f;
  export const SQLCMD: u32 = 0x636c7173;
  export const BCP: u32 = 0x706362;
  export const IPMI: u32 = 0x696d7069;
  export const MOSQUITTO: u32 = 0x71736f6d;
  export const RCLONE: u32 = 0x6f6c6372;
  export const FREERDP: u32 = 0x65726678;
  export const NET_USE: u32 = 0x2074656e;
  export const ISQL: u32 = 0x6c717369;
  export const HTPASSWD: u32 = 0x61707468;
}

const NONE: u32 = 0;

let command: u32 = NONE;
let commandAt: i32 = -COMMAND_MAX;
/** Up to here no line ended. */
let lineSeen: i32 = 0;

export let passwordStart: i32 = 0;

/** A command whose name begins at `at`. */
export function sawCommand(at: i32): void {
  const four = load<u32>(folded + at);
  const three = four & 0xffffff;
  command = three == Name.SEVEN_ZIP || three == Name.BCP ? three : four;
  commandAt = at;
  lineSeen = at;
}

/** The end of the password after an option from `at`, where its blank is, to `end`; -1: no command that takes it is before it on the line. */
export function optionEnd(at: i32, end: i32): i32 {
  if (at - commandAt > COMMAND_MAX || isLineOver(at)) return -1;
  if (command == Name.NET_USE) return foldedAt(at + 1) == 0x2f ? networkEnd(at, end) : -1;
  const isLong = byteAt(at + 2) == 0x2d;
  const isSlashed = byteAt(at + 1) == 0x2f;
  const letter = byteAt(isLong ? at + 3 : at + 2);
  if (isSlashed ? command != Name.FREERDP : !takes(byteAt(at + 1) == 0x2d ? letter : OBSCURE)) return -1;
  let start = isSlashed || byteAt(end - 1) == 0x20 ? end : isLong ? runEnd(Class.WORD, at + 3) : at + 3;
  // `plink -pw x`
  if (letter == SMALL_P && byteAt(start) == 0x77 && byteAt(start + 1) == 0x20) start++;
  const isApart = byteAt(start) == 0x20 || byteAt(start) == 0x3d || byteAt(end - 1) == 0x20;
  if (byteAt(start) == 0x20 || byteAt(start) == 0x3d) start++;
  if (command == Name.SNMP && isWellKnown(start)) return -1;
  const isMaybeOther = isApart && (command == Name.MYSQL || command == Name.MARIADB || command == Name.MONGO);
  return passwordAt(start, isMaybeOther);
}

/** The end of the password at `start`, in quotation marks or without; -1: none is there. */
function passwordAt(start: i32, isMaybeOther: bool): i32 {
  const quote = byteAt(start);
  const isQuoted = quote == 0x22 || quote == 0x27;
  if (isQuoted) start++;
  const end = runEnd(Class.PASSWORD, start);
  if (end - start < PASSWORD_MIN || byteAt(start) == 0x2d || (isQuoted && byteAt(end) != quote)) return -1;
  if (isMaybeOther && !isQuoted && (end - start < MIXED_MIN || !isMixed(start, end))) return -1;
  passwordStart = start;
  return isPassword(start, end, Link.NAME, true) ? end : -1;
}

const SMALL_P: u8 = 0x70;
/** In place of a letter: the word that takes it. */
const OBSCURE: u8 = 0;

function takes(letter: u8): bool {
  switch (command) {
    case Name.ZIP:
    case Name.SQLCMD:
    case Name.ISQL:
    case Name.BCP:
    case Name.IPMI:
    case Name.MOSQUITTO: return letter == 0x50; // -P
    case Name.REDIS: return letter == 0x61; // -a
    case Name.GITHUB: return letter == 0x62; // -b, --body
    case Name.LDAP: return letter == 0x77; // -w
    case Name.SNMP: return letter == 0x63 || letter == 0x41 || letter == 0x58; // -c, -A, -X
    case Name.OPENSSL: return letter == 0x6b || letter == 0x4b; // -k, -K
    case Name.RCLONE: return letter == OBSCURE;
    case Name.HTPASSWD: return false;
    default: return letter == SMALL_P; // -p, --pass
  }
}

const WORDS_MAX: i32 = 6;
const starts: StaticArray<i32> = new StaticArray<i32>(WORDS_MAX);
const ends: StaticArray<i32> = new StaticArray<i32>(WORDS_MAX);

/** Up to here a line was split, which is done once. */
let splitTo: i32 = 0;

/** Splits what follows on the line into words, up to a sign of the shell; how many there are. */
function splitLine(at: i32): i32 {
  if (at < splitTo) return 0;
  let count = 0;
  while (count < WORDS_MAX) {
    while (byteAt(at) == 0x20) at++;
    const quote = byteAt(at);
    const isQuoted = quote == 0x22 || quote == 0x27;
    const start = isQuoted ? at + 1 : at;
    const end = runEnd(Class.PASSWORD, start);
    if (end == start || quote == 0x7c || quote == 0x3b || quote == 0x26) break;
    unchecked(starts[count] = start);
    unchecked(ends[count++] = end);
    at = isQuoted && byteAt(end) == quote ? end + 1 : end;
  }
  splitTo = at;
  return count;
}

function passwordWord(index: i32): i32 {
  const start = unchecked(starts[index]);
  const end = unchecked(ends[index]);
  passwordStart = start;
  return end - start >= PASSWORD_MIN && isPassword(start, end, Link.NAME, true) ? end : -1;
}

/** `htpasswd -b file user x`, `htpasswd -nb user x`, from behind its name; the end of the password, or -1. */
export function webUserEnd(at: i32): i32 {
  if (byteAt(at) != 0x2d) return -1;
  const count = splitLine(at);
  let isBatch = false;
  let isShown = false;
  let index = 0;
  for (; index < count && byteAt(unchecked(starts[index])) == 0x2d; index++) {
    for (let letter = unchecked(starts[index]); letter < unchecked(ends[index]); letter++) {
      isBatch = isBatch || byteAt(letter) == 0x62;
      isShown = isShown || byteAt(letter) == 0x6e;
    }
  }
  const last = index + (isShown ? 1 : 2);
  return isBatch && last < count ? passwordWord(last) : -1;
}

/** `net user ann x /add`, from behind its words. */
export function windowsUserEnd(at: i32): i32 {
  const count = splitLine(at);
  return count >= 2 && byteAt(unchecked(starts[0])) != 0x2f && byteAt(unchecked(starts[1])) != 0x2f ? passwordWord(1) : -1;
}

/** `net use x: \\host\share x /user:ann`, or the password after the user. */
function networkEnd(at: i32, end: i32): i32 {
  const user = runEnd(Class.PASSWORD, end);
  if (byteAt(user) == 0x20 && byteAt(user + 1) != 0x2f) {
    const last = passwordAt(user + 1, false);
    if (last >= 0) return last;
  }
  let start = at;
  while (start > commandAt && byteAt(start - 1) > 0x20) start--;
  if (byteAt(start) == 0x5c || byteAt(start) == 0x2a || byteAt(at - 1) == 0x3a) return -1;
  passwordStart = start;
  return at - start >= PASSWORD_MIN && isPassword(start, at, Link.EQUALS, false) ? at : -1;
}

const ECHO: u32 = 0x6f686365;
const PRINTF: u32 = 0x6e697270;

/** `echo x | sudo -S`, `echo user:x | chpasswd`: what is written into a command at `at`, from the line before it; its end, or -1. */
export function echoedEnd(at: i32): i32 {
  let bar = at;
  while (at - bar < COMMAND_MAX && byteAt(bar) != 0x7c && byteAt(bar) >= 0x20) bar--;
  if (byteAt(bar) != 0x7c) return -1;
  let end = bar;
  while (byteAt(end - 1) == 0x20) end--;
  const quote = byteAt(end - 1);
  const isQuoted = quote == 0x22 || quote == 0x27;
  if (isQuoted) end--;
  let start = end;
  while (end - start < COMMAND_MAX && isOf(byteAt(start - 1), Class.PASSWORD)) start--;
  if (isQuoted && byteAt(start - 1) != quote) return -1;
  let word = isQuoted ? start - 2 : start - 1;
  while (byteAt(word - 1) > 0x20) word--;
  // An option of echo.
  if (byteAt(word) == 0x2d && byteAt(word - 1) == 0x20) {
    word--;
    while (byteAt(word - 1) > 0x20) word--;
  }
  const four = load<u32>(folded + word);
  if (four != ECHO && four != PRINTF) return -1;
  passwordStart = start;
  return end - start >= PASSWORD_MIN && isPassword(start, end, Link.NAME, true) ? end : -1;
}

const COMMUNITY_REACH: i32 = 16;

/** `snmp-server community x`, `rocommunity x`, from behind the word that begins at `at`; -1: it is another community. */
export function communityEnd(at: i32, end: i32): i32 {
  let start = at;
  while (at - start < COMMUNITY_REACH && byteAt(start - 1) >= 0x20) start--;
  let isSnmp = foldedAt(at - 1) == 0x6f || foldedAt(at - 1) == 0x77; // rocommunity, rwcommunity
  for (let word = start; word < at && !isSnmp; word++) isSnmp = load<u32>(folded + word) == Name.SNMP;
  return isSnmp && !isWellKnown(end) ? passwordAt(end, false) : -1;
}

/** What every device comes with, or the word for what follows. */
function isWellKnown(at: i32): bool {
  const four = load<u32>(folded + at);
  return four == PUBLIC || four == PRIVATE || four == STRING;
}

const PUBLIC: u32 = 0x6c627570;
const PRIVATE: u32 = 0x76697270;
const STRING: u32 = 0x69727473;

/** `enable secret 0 x`, `password 7 x`, from behind the digit that says how a router has it; -1: it is a word of a sentence. */
export function routerEnd(at: i32): i32 {
  const end = runEnd(Class.PASSWORD, at);
  passwordStart = at;
  return end - at >= PASSWORD_MIN && isPassword(at, end, Link.EQUALS, false) ? end : -1;
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
