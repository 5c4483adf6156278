// The only door to the world: the host's functions, as named in docs/spec/policy.md. No other file of the SDK
// declares an import.

@external("countersign:host/env", "input_length")
declare function inputLength(): i32;
@external("countersign:host/env", "input_read")
declare function inputRead(ptr: i32, len: i32): void;
@external("countersign:host/env", "output_write")
declare function outputWrite(ptr: i32, len: i32): void;
@external("countersign:host/env", "error_write")
declare function errorWrite(ptr: i32, len: i32): void;

@external("countersign:host/env", "part_length")
declare function partLength(part: i32): i32;
@external("countersign:host/env", "part_read")
declare function partRead(part: i32, ptr: i32, len: i32): void;
@external("countersign:host/env", "reading_write")
declare function readingWrite(ptr: i32, len: i32): void;

/** What the host has beside the input. */
export namespace Part {
  export const READING: i32 = 1;
  export const FINDINGS: i32 = 2;
}

/** Bytes of the part last read. */
export let partSize: usize = 0;

/** Copies a part into our memory, zeros behind it, and returns where it begins; traps where nobody made it. */
export function readPart(part: i32): usize {
  const size = partLength(part);
  if (size < 0) throw new Error("the bundle has nobody who makes what this policy reads");
  partSize = <usize>size;
  const begin = heap.alloc(partSize + PADDING);
  memory.fill(begin + partSize, 0, PADDING);
  partRead(part, <i32>begin, size);
  return begin;
}

/** Gives the reading to the policies that come after. A reader only, and once. */
export function setReading(begin: usize, size: usize): void {
  readingWrite(<i32>begin, <i32>size);
}

// Well above any action that the gateway accepts; keeps the size arithmetic in 32 bits.
const INPUT_BYTES_MAX: u32 = 8 * 1024 * 1024;

/** Zero bytes after the input, so that readers may load eight bytes at its last one. */
const PADDING: usize = 16;

/** Bytes of the input last read. */
export let inputSize: usize = 0;

/** Copies the whole input into our memory, and returns where it begins. */
export function readInput(): usize {
  const size = <u32>inputLength();
  if (size > INPUT_BYTES_MAX) throw new Error("input too large");
  inputSize = <usize>size;
  const begin = heap.alloc(inputSize + PADDING);
  memory.fill(begin + inputSize, 0, PADDING);
  inputRead(<i32>begin, <i32>inputSize);
  return begin;
}

/** Answers. A second time in one call is an error. */
export function setOutput(begin: usize, size: usize): void {
  outputWrite(<i32>begin, <i32>size);
}

/** Tells the policy's operator what went wrong. Never put caught text here: name the setting or the place. */
export function setError(message: string): void {
  const size = <usize>String.UTF8.byteLength(message);
  const bytes = heap.alloc(size);
  String.UTF8.encodeUnsafe(changetype<usize>(message), message.length, bytes);
  writeError(bytes, size);
}

/** The same, in UTF-8. */
export function writeError(begin: usize, size: usize): void {
  errorWrite(<i32>begin, <i32>size);
}
