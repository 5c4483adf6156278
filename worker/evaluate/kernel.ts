/**
 * The functions of Extism's kernel that a policy may import, as docs/spec/policy.md has them. They take the place of the
 * SDK's own, which allocate without a bound, keep blocks from call to call, and read outside a block as zero or as an
 * engine's error: here all of that is bounded and the same everywhere.
 */
import type { CallContext } from "@extism/extism";
import { HOST_ALLOC_BYTES_MAX } from "../../core/limits.ts";
import type { Call } from "./call.ts";

/** An address is a block's number times this, plus the offset within the block. Block 0 is none. */
const BLOCK_SPACE = 2 ** 32;
const FIRST_BYTES = 4096;
/** What an ordinary action and its answer need. */
const KEPT_BYTES_MAX = 64 * 1024;

export class Kernel {
  readonly #call: Call;
  /** All blocks lie in one buffer, one after the other, zeroed. */
  #bytes = new Uint8Array();
  #view = new DataView(this.#bytes.buffer);
  #used = 0;
  #input: DataView | null = null;
  readonly #starts: number[] = [0];
  /** -1: freed. */
  readonly #sizes: number[] = [-1];

  constructor(call: Call) {
    this.#call = call;
  }

  /** Of its memory, which stays between calls. */
  get byteLength(): number {
    return this.#bytes.length;
  }

  /** Before each call: no block of an earlier one is left, nor a byte of it. */
  reset(): void {
    this.#input = null;
    if (this.#starts.length === 1) return;
    // A large one would stay with the instance for as long as that is kept, beside what the pool counts.
    if (this.#bytes.length > KEPT_BYTES_MAX) {
      this.#bytes = new Uint8Array();
      this.#view = new DataView(this.#bytes.buffer);
    } else this.#bytes.fill(0, 0, this.#used);
    this.#used = 0;
    this.#starts.length = 1;
    this.#sizes.length = 1;
  }

  /** For Extism's `functions`, which puts its own context before the policy's arguments. */
  functions() {
    const call = this.#call;
    type Context = CallContext;
    return {
      input_length: (_: Context): bigint => {
        call.count();
        return BigInt(call.input.length);
      },
      input_load_u8: (_: Context, at: bigint): number => {
        call.count();
        return call.input[this.#inputAt(at, 1)] as number; // inputAt has checked
      },
      input_load_u64: (_: Context, at: bigint): bigint => {
        call.count();
        const index = this.#inputAt(at, 8);
        const { buffer, byteOffset, length } = call.input;
        this.#input ??= new DataView(buffer, byteOffset, length);
        return this.#input.getBigUint64(index, true);
      },
      alloc: (_: Context, size: bigint): bigint => {
        call.count();
        return this.#alloc(size);
      },
      free: (_: Context, at: bigint): void => {
        call.count();
        if (this.#sizeAt(at) >= 0) this.#sizes[blockOf(at)] = -1;
      },
      length: (_: Context, at: bigint): bigint => {
        call.count();
        return BigInt(Math.max(this.#sizeAt(at), 0));
      },
      load_u8: (_: Context, at: bigint): number => {
        call.count();
        return this.#view.getUint8(this.#place(at, 1));
      },
      load_u64: (_: Context, at: bigint): bigint => {
        call.count();
        return this.#view.getBigUint64(this.#place(at, 8), true);
      },
      store_u8: (_: Context, at: bigint, value: number): void => {
        call.count();
        this.#view.setUint8(this.#place(at, 1), value);
      },
      store_u64: (_: Context, at: bigint, value: bigint): void => {
        call.count();
        this.#view.setBigUint64(this.#place(at, 8), value, true);
      },
      output_set: (_: Context, at: bigint, size: bigint): void => {
        call.count();
        call.answer(this.#read(at, Number(BigInt.asUintN(64, size))));
      },
      /** Address 0 takes an error back. */
      error_set: (_: Context, at: bigint): void => {
        call.count();
        call.report(at === 0n ? null : this.#read(at, this.#sizeAt(at)));
      },
    };
  }

  #inputAt(at: bigint, size: number): number {
    const index = Number(at);
    if (index < 0 || index + size > this.#call.input.length) {
      this.#call.stop("POLICY_TRAPPED", "a read outside the input");
    }
    return index;
  }

  #alloc(asked: bigint): bigint {
    const size = Number(BigInt.asUintN(64, asked));
    const used = this.#used + size;
    if (used > HOST_ALLOC_BYTES_MAX) this.#call.stop("POLICY_HOST_LIMIT", "too much kernel memory");
    if (used > this.#bytes.length) {
      const bytes = new Uint8Array(Math.max(used, 2 * this.#bytes.length, FIRST_BYTES));
      bytes.set(this.#bytes);
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer);
    }
    const block = this.#starts.push(this.#used) - 1;
    this.#sizes.push(size);
    this.#used = used;
    return BigInt(block * BLOCK_SPACE);
  }

  /** Of the whole block that an address is in; -1 where there is none. */
  #sizeAt(at: bigint): number {
    return this.#sizes[blockOf(at)] ?? -1;
  }

  #read(at: bigint, size: number): Uint8Array {
    if (size === 0) return this.#bytes.subarray(0, 0);
    const start = this.#place(at, size);
    return this.#bytes.subarray(start, start + size);
  }

  /** Where `size` bytes at an address lie; stops the policy unless they are within one block that is not freed. */
  #place(at: bigint, size: number): number {
    const block = blockOf(at);
    const offset = Number(at) - block * BLOCK_SPACE;
    const start = this.#starts[block];
    if (start === undefined || size < 0 || offset + size > this.#sizeAt(at)) {
      this.#call.stop("POLICY_TRAPPED", "an address outside every block");
    }
    return start + offset;
  }
}

/** Addresses that a double cannot hold exactly lie far beyond every block. */
const blockOf = (at: bigint): number => Math.floor(Number(at) / BLOCK_SPACE);
