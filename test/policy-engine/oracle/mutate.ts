/** Damage to a module: bits, cuts, sections moved, numbers written longer than they need be. */
import { HEADER, paddedU32 } from "../../harness/wasm-bytes.ts";
import type { Random } from "../random.ts";

type Mutation = (wasm: Uint8Array, random: Random, other: Uint8Array) => Uint8Array;

const join = (...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

/** Offsets at which sections begin, and the end. Of a module that is well formed that far. */
function sectionOffsets(wasm: Uint8Array): number[] {
  const offsets = [HEADER.length];
  let at = HEADER.length;
  while (at < wasm.length) {
    let size = 0;
    let scale = 1;
    let byte = 0x80;
    for (at++; byte >= 0x80 && at < wasm.length; scale *= 128) {
      byte = wasm[at++] ?? 0;
      size += (byte & 0x7f) * scale;
    }
    at += size;
    offsets.push(Math.min(at, wasm.length));
  }
  return offsets;
}

const cutOut = (wasm: Uint8Array, from: number, to: number) =>
  join(wasm.subarray(0, from), wasm.subarray(to));
const putIn = (wasm: Uint8Array, at: number, bytes: Uint8Array | readonly number[]) =>
  join(wasm.subarray(0, at), bytes, wasm.subarray(at));

const flipBits: Mutation = (wasm, random) => {
  const copy = wasm.slice();
  for (let flips = 1 + random.below(3); flips > 0; flips--) {
    const at = random.below(copy.length);
    copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
  }
  return copy;
};
const setByte: Mutation = (wasm, random) => {
  const copy = wasm.slice();
  copy[random.below(copy.length)] = random.below(256);
  return copy;
};
const truncate: Mutation = (wasm, random) => wasm.slice(0, random.below(wasm.length));
const removeBytes: Mutation = (wasm, random) => {
  const at = random.below(wasm.length);
  return cutOut(wasm, at, at + 1 + random.below(4));
};
const insertBytes: Mutation = (wasm, random) =>
  putIn(wasm, random.below(wasm.length), random.bytes(1 + random.below(4)));
const swapSections: Mutation = (wasm, random) => {
  const offsets = sectionOffsets(wasm);
  const [a = 0, b = 0] = [random.below(offsets.length - 1), random.below(offsets.length - 1)].sort(
    (x, y) => x - y,
  );
  const part = (index: number) => wasm.subarray(offsets[index], offsets[index + 1]);
  const order = offsets.slice(0, -1).map((_, index) => (index === a ? b : index === b ? a : index));
  return join(HEADER, ...order.map(part));
};
const repeatSection: Mutation = (wasm, random) => {
  const offsets = sectionOffsets(wasm);
  const index = random.below(offsets.length - 1);
  return putIn(
    wasm,
    offsets[random.below(offsets.length)] ?? 0,
    wasm.subarray(offsets[index], offsets[index + 1]),
  );
};
const dropSection: Mutation = (wasm, random) => {
  const offsets = sectionOffsets(wasm);
  const index = random.below(offsets.length - 1);
  return cutOut(wasm, offsets[index] ?? 0, offsets[index + 1] ?? 0);
};
/** Another's section in the place of this one's. */
const transplant: Mutation = (wasm, random, other) => {
  const [mine, theirs] = [sectionOffsets(wasm), sectionOffsets(other)];
  const [index, from] = [random.below(mine.length - 1), random.below(theirs.length - 1)];
  return join(
    wasm.subarray(0, mine[index]),
    other.subarray(theirs[from], theirs[from + 1]),
    wasm.subarray(mine[index + 1]),
  );
};
/** One byte that ends a number becomes several that say the same. The section's size is no longer right. */
const lengthenNumber: Mutation = (wasm, random) => {
  const at = random.below(wasm.length);
  return join(
    wasm.subarray(0, at),
    paddedU32((wasm[at] ?? 0) & 0x7f, 2 + random.below(9)),
    wasm.subarray(at + 1),
  );
};
/** The same for a section's own size, where it is right that it may be longer. */
const lengthenSize: Mutation = (wasm, random) => {
  const offsets = sectionOffsets(wasm);
  const index = random.below(offsets.length - 1);
  let at = (offsets[index] ?? 0) + 1;
  const from = at;
  let size = 0;
  for (let scale = 1; ; scale *= 128) {
    const byte = wasm[at++] ?? 0;
    size += (byte & 0x7f) * scale;
    if (byte < 0x80) break;
  }
  return join(wasm.subarray(0, from), paddedU32(size, at - from + random.below(4)), wasm.subarray(at));
};

export const MUTATIONS: readonly Mutation[] = [
  flipBits,
  flipBits,
  setByte,
  setByte,
  truncate,
  removeBytes,
  insertBytes,
  swapSections,
  repeatSection,
  dropSection,
  transplant,
  lengthenNumber,
  lengthenSize,
];
