// The only door to the world: Extism's kernel functions and the one of ours, as named in
// docs/spec/policy.md. No other file of the SDK declares an import.

@external("extism:host/env", "input_length")
declare function inputLength(): u64;
@external("extism:host/env", "alloc")
declare function kernelAlloc(size: u64): u64;
@external("extism:host/env", "store_u64")
declare function kernelStoreU64(offset: u64, value: u64): void;
@external("extism:host/env", "store_u8")
declare function kernelStoreU8(offset: u64, value: u32): void;
@external("extism:host/env", "output_set")
declare function kernelOutputSet(offset: u64, size: u64): void;
@external("extism:host/env", "error_set")
declare function kernelErrorSet(offset: u64): void;
@external("countersign:host/env", "input_read")
declare function inputRead(ptr: i32, len: i32): void;

// Well above any action that the gateway accepts; keeps the size arithmetic in 32 bits.
const INPUT_BYTES_MAX: u64 = 8 * 1024 * 1024;

/** Zero bytes after the input, so that readers may load eight bytes at its last one. */
const PADDING: usize = 16;

/** Bytes of the input last read. */
export let inputSize: usize = 0;

/** Copies the whole input into our memory, and returns where it begins. */
export function readInput(): usize {
  const size = inputLength();
  if (size > INPUT_BYTES_MAX) throw new Error("input too large");
  inputSize = <usize>size;
  const begin = heap.alloc(inputSize + PADDING);
  memory.fill(begin + inputSize, 0, PADDING);
  if (inputSize > 0) inputRead(<i32>begin, <i32>inputSize);
  return begin;
}

/**
 * Copies bytes into the kernel's memory, eight at a time: each call over the border costs the same. The block
 * must have the exact size, since Extism's JavaScript host takes the block's length for the output's.
 */
function toKernel(begin: usize, size: usize): u64 {
  const offset = kernelAlloc(size);
  const words = size & ~7;
  let at: usize = 0;
  for (; at < words; at += 8) kernelStoreU64(offset + <u64>at, load<u64>(begin + at));
  for (; at < size; at++) kernelStoreU8(offset + <u64>at, load<u8>(begin + at));
  return offset;
}

export function setOutput(begin: usize, size: usize): void {
  kernelOutputSet(toKernel(begin, size), <u64>size);
}

/** Tells the host's operator what went wrong. Never put caught text here: name the setting or the place. */
export function setError(message: string): void {
  const size = <usize>String.UTF8.byteLength(message);
  const bytes = heap.alloc(size);
  String.UTF8.encodeUnsafe(changetype<usize>(message), message.length, bytes);
  kernelErrorSet(toKernel(bytes, size));
}
