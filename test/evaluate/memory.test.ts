/** Putting memory back: all that may have been written, whatever it was, and told only by granules. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { GRANULES, granuleBits, PAGE_BYTES, WRITE_REACH } from "../../core/policy/wasm/profile.ts";
import { GuestMemory } from "../../worker/evaluate/memory.ts";

/** A memory with something in its first bytes, saved. */
function saved(
  pages: number,
  filled: number,
): { memory: WebAssembly.Memory; guest: GuestMemory; before: Uint8Array } {
  const memory = new WebAssembly.Memory({ initial: pages, maximum: 64 });
  const guest = new GuestMemory(memory);
  const bytes = new Uint8Array(memory.buffer);
  for (let at = 0; at < Math.min(filled, bytes.length); at++) bytes[at] = 1 + (at % 255);
  guest.save();
  return { memory, guest, before: bytes.slice() };
}

/** As two numbers, with signs, as WASM gives them. */
const halves = (granules: readonly number[]): [number, number] => {
  const half = (first: number) =>
    granules.reduce((bits, granule) => (granule >> 5 === first ? bits | (1 << (granule % 32)) : bits), 0);
  return [half(0), half(1)];
};

it("every byte of the granules that were noted, and as far behind them as a note reaches", () => {
  const granules = fc.uniqueArray(fc.nat(GRANULES - 1), { maxLength: 12 });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 16 }),
      fc.nat(16 * PAGE_BYTES),
      fc.array(granules, { maxLength: 12 }),
      (pages, filled, calls) => {
        const { memory, guest, before } = saved(pages, filled);
        const bytes = new Uint8Array(memory.buffer);
        const size = 2 ** granuleBits(pages);
        for (const noted of [...calls, ...calls]) {
          for (const granule of noted) bytes.fill(0xee, granule * size, (granule + 1) * size + WRITE_REACH);
          expect(guest.restore(...halves(noted))).toBe(true);
          expect(Buffer.compare(bytes, before)).toBe(0);
        }
      },
    ),
    { numRuns: 100 },
  );
});

it("all of a memory that had grown before it was saved, since a bit stands for several granules there", () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 64 });
  const guest = new GuestMemory(memory);
  memory.grow(3);
  guest.save();
  const bytes = new Uint8Array(memory.buffer);
  bytes[3 * PAGE_BYTES + 7] = 1;
  expect(guest.restore(1, 0)).toBe(true);
  expect(bytes.every((byte) => byte === 0)).toBe(true);
});

it("not one that has grown since", () => {
  const { memory, guest } = saved(1, 100);
  memory.grow(1);
  expect(guest.restore(0, 0)).toBe(false);
});

it("granules cover every memory that a manifest may ask for", () => {
  for (let pages = 0; pages <= 64; pages++) {
    const bytes = GRANULES * 2 ** granuleBits(pages);
    expect(bytes).toBeGreaterThanOrEqual(pages * PAGE_BYTES);
    expect(bytes).toBeLessThanOrEqual(Math.max(2 * pages, 1) * PAGE_BYTES);
  }
});
