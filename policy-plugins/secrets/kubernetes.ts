import { Class } from "./tables";
import { byteAt, folded, foldedAt, runEnd, size } from "./text";

// The data of a Kubernetes Secret in YAML: names, and values in base64.

const REACH: i32 = 400;
const VALUE_MIN: i32 = 10;

let passed: i32 = 0;
export let dataStart: i32 = 0;

/** The end of the first value below `data:` after `kind: Secret` at `at`; -1: none is near. */
export function dataEnd(at: i32): i32 {
  if (at < passed) return -1;
  passed = min(at + REACH, size);
  let isData = false;
  for (let next = at; next < passed; next++) {
    const byte = foldedAt(next);
    if (byte == 0x64 && load<u32>(folded + next) == 0x61746164 && (foldedAt(next + 4) == 0x3a || foldedAt(next + 4) == 0x22)) {
      isData = true;
      next += foldedAt(next + 4) == 0x3a ? 4 : 5;
    } else if (isData && byte == 0x3a) {
      dataStart = valueStart(next + 1);
      const end = runEnd(Class.B64EQ, dataStart);
      if (end - dataStart >= VALUE_MIN && byteAt(end) <= 0x22) return end;
    }
  }
  return -1;
}

function valueStart(at: i32): i32 {
  while (byteAt(at) == 0x20 || byteAt(at) == 0x22) at++;
  return at;
}
