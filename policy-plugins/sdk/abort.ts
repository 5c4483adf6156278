import { writeError } from "./host";
import { sizeOf, writePoint } from "./utf8";

/** As much as the host keeps of it. */
const MESSAGE_BYTES_MAX: usize = 1024;
/** What a character may be written beyond it. */
const PADDING: usize = 8;
const begin: usize = memory.data(1032);

/**
 * What `throw`, `assert` and the runtime's own checks become (`asc --use abort=`): the message with its place goes to the
 * operator, then the module traps. The file is named from policy-plugins/ on, such as `pii/card.ts`. Without this, asc
 * imports `env.abort`. It allocates nothing: allocating may abort, and whatever calls itself in a circle has its stack counted.
 */
export function policyAbort(message: string | null, file: string | null, line: u32, column: u32): void {
  let at = write(begin, message ? message : "aborted");
  at = write(at, " at ");
  at = write(at, file ? file : "?");
  at = writeNumber(at, line);
  at = writeNumber(at, column);
  writeError(begin, at - begin);
  unreachable();
}

/** In UTF-8. Returns where it ends. */
function write(to: usize, text: string): usize {
  let at = changetype<usize>(text);
  const end = at + (<usize>text.length << 1);
  while (at < end && to < begin + MESSAGE_BYTES_MAX) {
    let point = <u32>load<u16>(at);
    at += 2;
    if ((point & 0xfc00) == 0xd800 && at < end) {
      point = 0x10000 + ((point & 0x3ff) << 10) + (<u32>load<u16>(at) & 0x3ff);
      at += 2;
    }
    writePoint(to, point);
    to += sizeOf(point);
  }
  return to;
}

/** After a colon. */
function writeNumber(to: usize, value: u32): usize {
  if (to >= begin + MESSAGE_BYTES_MAX) return to;
  store<u8>(to++, 0x3a);
  let unit: u32 = 1;
  while (value / unit >= 10) unit *= 10;
  for (; unit > 0 && to < begin + MESSAGE_BYTES_MAX + PADDING; unit /= 10) store<u8>(to++, <u8>(0x30 + (value / unit) % 10));
  return to;
}
