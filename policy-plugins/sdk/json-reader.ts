import { inputSize, readInput } from "./host";
import { scanNumber, scanString, stringFlags } from "./json-strings";
import { isBefore } from "./utf16";
import { Kind, MISSING, Value } from "./value";

// A reader for canonical JSON (RFC 8785) and nothing else: no white space, names sorted and hence each once,
// one form for each string. Whoever sends anything else is not our host, and the policy traps.
//
// It walks up and down by the values' own links instead of calling itself: the native stack differs from
// engine to engine and must never decide a verdict.

/** The gateway's own bound on nesting is far lower; this one keeps pointers and walks bounded. */
export const DEPTH_MAX: i32 = 128;

// Values are cut from chunks, so that most actions cost one allocation.
const CHUNK_VALUES: usize = 64;
let free: usize = 0;
let freeEnd: usize = 0;

function newValue(): Value {
  if (free == freeEnd) {
    free = heap.alloc(CHUNK_VALUES * offsetof<Value>());
    freeEnd = free + CHUNK_VALUES * offsetof<Value>();
    // Fresh memory is zero already; not relied upon.
    memory.fill(free, 0, freeEnd - free);
  }
  const value = changetype<Value>(free);
  free += offsetof<Value>();
  value.parent = MISSING;
  value.first = MISSING;
  value.next = MISSING;
  return value;
}

let cursor: usize = 0;

/** Reads the current call's whole input. */
export function readDocument(): Value {
  cursor = readInput();
  const end = cursor + inputSize;
  let depth = 0;
  let root = MISSING;
  let parent = MISSING;
  let value = MISSING; // the sibling before, then the value being read
  for (;;) {
    value = append(parent, value);
    if (!root.exists) root = value;
    readStart(value);
    if (isContainer(value)) {
      if (depth == DEPTH_MAX) throw new Error("malformed input: nested too deep");
      if (!closes(value)) {
        depth++;
        parent = value;
        value = MISSING;
        continue;
      }
    }
    // After a value: the next one, or the end of one or more containers.
    while (parent.exists && load<u8>(cursor) != 0x2c) {
      if (!closes(parent)) throw new Error("malformed JSON: neither a comma nor the end of a list or object");
      value = parent;
      parent = value.parent;
      depth--;
    }
    if (!parent.exists) break;
    cursor++;
  }
  if (cursor != end) throw new Error("malformed JSON: more after the end");
  return root;
}

/** Adds a value to `parent` after `previous`; in an object, reads its name first. */
function append(parent: Value, previous: Value): Value {
  const value = newValue();
  value.parent = parent;
  if (parent.kind == Kind.OBJECT) readName(value, previous);
  if (previous.exists) {
    previous.next = value;
    value.index = previous.index + 1;
  } else if (parent.exists) {
    parent.first = value;
  }
  return value;
}

function readName(value: Value, previous: Value): void {
  if (load<u8>(cursor) != 0x22) throw new Error("malformed JSON: a member without a name");
  value.nameStart = cursor + 1;
  value.nameEnd = scanString(value.nameStart);
  value.nameFlags = stringFlags;
  cursor = value.nameEnd + 1;
  if (load<u8>(cursor) != 0x3a) throw new Error("malformed JSON: a name without a value");
  cursor++;
  if (previous.exists && !isBefore(
    previous.nameStart, previous.nameEnd, previous.nameFlags, value.nameStart, value.nameEnd, value.nameFlags,
  )) {
    throw new Error("malformed JSON: a name twice, or names out of order");
  }
}

/** Reads a scalar, or the opening of a container. */
function readStart(value: Value): void {
  const byte = load<u8>(cursor);
  if (byte == 0x22) {
    value.kind = Kind.STRING;
    value.start = cursor + 1;
    value.end = scanString(value.start);
    value.flags = stringFlags;
    cursor = value.end + 1;
  } else if (byte == 0x7b) {
    value.kind = Kind.OBJECT;
    cursor++;
  } else if (byte == 0x5b) {
    value.kind = Kind.ARRAY;
    cursor++;
  } else if (byte == 0x2d || <u8>(byte - 0x30) < 10) {
    value.kind = Kind.NUMBER;
    value.start = cursor;
    value.end = scanNumber(cursor);
    cursor = value.end;
  } else {
    readWord(value);
  }
}

function readWord(value: Value): void {
  const word = load<u32>(cursor);
  if (word == 0x65757274) { // "true", little-endian
    value.kind = Kind.TRUE;
    cursor += 4;
  } else if (word == 0x6c6c756e) { // "null"
    value.kind = Kind.NULL;
    cursor += 4;
  } else if (word == 0x736c6166 && load<u8>(cursor, 4) == 0x65) { // "fals", "e"
    value.kind = Kind.FALSE;
    cursor += 5;
  } else {
    throw new Error("malformed JSON: not a value");
  }
}

// @ts-ignore: decorator
@inline
function isContainer(value: Value): bool {
  return value.kind >= Kind.ARRAY;
}

/** Steps over the container's closing bracket, if it stands here. */
function closes(container: Value): bool {
  if (load<u8>(cursor) != (container.kind == Kind.OBJECT ? 0x7d : 0x5d)) return false;
  cursor++;
  return true;
}
