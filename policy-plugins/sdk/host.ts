// The only door to the world: the host's four functions, as named in docs/spec/policy.md. No other file of the SDK
// declares an import.

@external("countersign:host/env", "input_length")
declare function inputLength(): i32;
@external("countersign:host/env", "input_read")
declare function inputRead(ptr: i32, len: i32): void;
@external("countersign:host/env", "output_write")
declare function outputWrite(ptr: i32, len: i32): void;
@external("countersign:host/env", "error_write")
declare function errorWrite(ptr: i32, len: i32): void;

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
  errorWrite(<i32>bytes, <i32>size);
}
