/**
 * Random policies that write wherever they come to: what the meter notes of that (core/policy/wasm/write-notes.ts) is enough to put
 * everything back, whichever way they took.
 */
import { describe, expect, it } from "vitest";
import { utf8 } from "../../core/encoding.ts";
import { NO_PARTS } from "../../core/policy/parts.ts";
import { Guest } from "../../worker/evaluate/guest.ts";
import { assemble } from "../harness/wat.ts";
import { HOST_IMPORTS } from "./hostile/module.ts";
import { seeded } from "./oracle/seeded.ts";
import type { Random } from "./random.ts";
import { runnable } from "./run.ts";

const MODULES = Number(process.env.RESTORE_MODULES ?? 150);
const SEED = Number(process.env.RESTORE_SEED ?? 1);
const INPUTS = [1, 7, 90].map((length) => utf8("a".repeat(length)));
const FUEL = 2_000_000;
const TIMEOUT_MS = 600_000;
const PAGE = 65_536;

const STORES = [
  "i32.store",
  "i64.store",
  "i32.store8",
  "i32.store16",
  "i64.store8",
  "i64.store16",
  "i64.store32",
];
/** About the reach of a note, and the sizes of granules. */
const OFFSETS = [0, 1, 7, 112, 119, 120, 121, 127, 128, 1016, 1023, 1024, 2041, 4095, 8200];
const LOCALS = ["$a", "$b", "$c"];
const DEPTH_MAX = 4;

/** Texts of a module whose ways and addresses are random. */
class Writing {
  readonly #random: Random;
  readonly #bytes: number;
  #labels = 0;
  /** How deep loops are nested: each depth has a counter of its own. */
  #loops = 0;
  #canCall = true;

  constructor(random: Random, pages: number) {
    this.#random = random;
    this.#bytes = pages * PAGE;
  }

  helper(name: string, count: number): string {
    this.#canCall = false;
    const text = `(func ${name} (param $a i32) (result i32) (local $b i32) (local $c i32)
      (local $l0 i32) (local $l1 i32) (local $l2 i32) (local $l3 i32) (local $l4 i32) ${this.#statements(count, 1)} ${this.#value(1)})`;
    this.#canCall = true;
    return text;
  }

  body(count: number): string {
    return this.#statements(count, 0);
  }

  #statements(count: number, depth: number): string {
    return Array.from({ length: count }, () => this.#statement(depth)).join("\n");
  }

  #some(depth: number): string {
    return this.#statements(1 + this.#random.below(3), depth + 1);
  }

  #statement(depth: number): string {
    const random = this.#random;
    const kind = random.below(depth >= DEPTH_MAX ? 6 : 14);
    if (kind < 3 || kind === 13) return this.#store(depth);
    if (kind < 5) return `(local.set ${random.of(LOCALS)} ${this.#value(depth)})`;
    if (kind === 5) return `(global.set $g${random.below(2)} ${this.#value(depth)})`;
    if (kind === 6)
      return `(memory.fill ${this.#address(depth)} ${this.#value(depth)} (i32.const ${random.below(40)}))`;
    if (kind === 7)
      return `(memory.copy ${this.#address(depth)} ${this.#address(depth)} (i32.const ${random.below(40)}))`;
    if (kind === 8)
      return `(call $input_read ${this.#address(depth)} (i32.rem_u ${this.#value(depth)} (i32.add (call $input_length) (i32.const 1))))`;
    if (kind === 9)
      return `(if ${this.#value(depth)} (then ${this.#some(depth)}) ${random.chance(2) ? `(else ${this.#some(depth)})` : ""})`;
    if (kind === 10) {
      const label = `$n${this.#labels++}`;
      const leave = random.of([
        `(br_if ${label} ${this.#value(depth)})`,
        `(br ${label})`,
        `(br_table ${label} ${label} ${this.#value(depth)})`,
        "",
      ]);
      return `(block ${label} ${this.#some(depth)} ${leave} ${this.#some(depth)})`;
    }
    if (kind === 11 && this.#loops < 5) {
      const label = `$n${this.#labels++}`;
      const counter = `$l${this.#loops++}`;
      const text = `(local.set ${counter} (i32.const ${1 + random.below(3)})) (loop ${label} ${this.#some(depth)}
        (br_if ${label} (local.tee ${counter} (i32.sub (local.get ${counter}) (i32.const 1)))) ${this.#some(depth)})`;
      this.#loops--;
      return text;
    }
    return `(drop ${this.#value(depth)})`;
  }

  #store(depth: number): string {
    const store = this.#random.of(STORES);
    const offset = this.#random.of(OFFSETS);
    const value = store.startsWith("i32") ? this.#value(depth) : `(i64.extend_i32_s ${this.#value(depth)})`;
    return `(${store} ${offset === 0 ? "" : `offset=${offset}`} ${this.#address(depth)} ${value})`;
  }

  #constant(): string {
    const at = this.#random.below(this.#bytes - 20_000);
    // About the ends of granules.
    return `(i32.const ${this.#random.chance(2) ? Math.max(0, (at & -1024) - 9 + this.#random.below(18)) : at})`;
  }

  /** Mostly within the memory. */
  #address(depth: number): string {
    const kind = this.#random.below(10);
    if (kind < 1) return this.#constant();
    if (kind < 7) return `(local.get ${this.#random.of(LOCALS)})`;
    if (kind < 9) return `(local.tee ${this.#random.of(LOCALS)} ${this.#value(depth)})`;
    return this.#value(depth);
  }

  #value(depth: number): string {
    const random = this.#random;
    const kind = random.below(depth >= DEPTH_MAX ? 4 : 16);
    const next = depth + 1;
    switch (kind) {
      case 0:
      case 1:
      case 12:
      case 13:
      case 14:
      case 15:
        return this.#constant();
      case 2:
      case 3:
        return `(local.get ${random.of(LOCALS)})`;
      case 4:
        return `(local.tee ${random.of(LOCALS)} ${this.#value(next)})`;
      case 5:
        return `(i32.shr_u (i32.add ${this.#value(next)} ${this.#value(next)}) (i32.const 1))`;
      case 6:
        return `(select ${this.#value(next)} ${this.#value(next)} ${this.#value(next)})`;
      case 7:
        return `(if (result i32) ${this.#value(next)} (then ${this.#some(next)} ${this.#value(next)}) (else ${this.#some(next)} ${this.#value(next)}))`;
      case 8: {
        const label = `$n${this.#labels++}`;
        return `(block ${label} (result i32) ${this.#some(next)} (br_if ${label} ${this.#value(next)} ${this.#value(next)})
          (drop) ${this.#some(next)} ${this.#value(next)})`;
      }
      case 9:
        return this.#canCall
          ? `(call $f${random.below(2)} ${this.#value(next)})`
          : `(global.get $g${random.below(2)})`;
      case 10:
        return this.#canCall
          ? `(call_indirect (param i32) (result i32) ${this.#value(next)} (i32.and ${this.#value(next)} (i32.const 1)))`
          : `(i32.load16_u ${this.#constant()})`;
      default:
        return `(i32.load16_u ${this.#constant()})`;
    }
  }
}

function randomModule(random: Random): { readonly wasm: Uint8Array; readonly pages: number } {
  const pages = random.of([1, 1, 2, 3, 5, 9]);
  const writing = new Writing(random, pages);
  const text = `(module ${HOST_IMPORTS}
    (memory (export "memory") ${pages})
    (global $g0 (mut i32) (i32.const 5)) (global $g1 (mut i32) (i32.const ${pages * PAGE - 30_000}))
    (table 2 funcref) (elem (i32.const 0) $f0 $f1)
    (data (i32.const 0) "{\\"findings\\":[]}") (data (i32.const ${PAGE / 2}) "data")
    ${writing.helper("$f0", 3)} ${writing.helper("$f1", 2)}
    (func (export "evaluate") (result i32) (local $a i32) (local $b i32) (local $c i32)
      (local $l0 i32) (local $l1 i32) (local $l2 i32) (local $l3 i32) (local $l4 i32)
      (call $output_write (i32.const 0) (i32.const 15))
      ${writing.body(6 + random.below(10))} (i32.const 0)))`;
  return { wasm: assemble(text), pages };
}

describe("a policy that writes anywhere", () => {
  it("is what it was before", { timeout: TIMEOUT_MS }, async () => {
    let restored = 0;
    for (let at = 0; at < MODULES; at++) {
      const { wasm, pages } = randomModule(seeded(SEED * 1_000_003 + at));
      const { module } = runnable(wasm, pages);
      const made = await Guest.create(module, "{}");
      if (!made.ok) throw new Error(made.fault.detail);
      let guest = made.value;
      const pristine = guest.state();
      for (const input of INPUTS) {
        guest.evaluate(input, FUEL, NO_PARTS);
        if (!guest.reusable) {
          const again = await Guest.again(module, guest.configured);
          if (!again.ok) throw new Error(again.fault.detail);
          guest = again.value;
        } else restored++;
        expect(Buffer.compare(guest.state(), pristine), `module ${at}`).toBe(0);
      }
    }
    // Else they trap too often to say anything.
    expect(restored).toBeGreaterThan(MODULES);
  });
});
