import { foldedSizeMax, foldTerm } from "./fold-term";
import { Reading } from "./reading";
import { Value } from "./value";

// Not in index.ts: Unicode's tables come with it, some 45 KB.

/** A text of the settings, folded as the reading is: `MÜLLER` is `muller`. Made in `configure`, compared in `evaluate`. */
export class Folded {
  private bytes: usize;
  /** Bytes. */
  size: i32;

  constructor(text: Value) {
    this.bytes = heap.alloc(foldedSizeMax(text));
    this.size = <i32>(foldTerm(text, this.bytes) - this.bytes);
  }

  /** Whether the reading's `folded` has it at byte `at`. A text of which nothing is left stands nowhere. */
  standsAt(all: Reading, at: i32): bool {
    if (this.size == 0 || this.size > all.size - at) return false;
    return memory.compare(all.folded + at, this.bytes, this.size) == 0;
  }
}
