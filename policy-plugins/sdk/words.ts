import { isWordUnit } from "./fold";
import { isWordBefore, PhraseScan, wordSizeAt } from "./phrases";
import { Reading } from "./reading";

// Finds words and phrases of a fixed list in one pass over the reading. tools/word-table.ts makes the list's table and says
// what a pattern may hold; README.md has an example. A match is whole words. Of several patterns at one place the longest is
// told, and the next is looked for behind it.

/**
 * Goes through a reading: `next()` until it is false; `value`, `start` and `end` (bytes of `folded`) are those of the match.
 */
export class WordScan extends PhraseScan {
  value: i32 = 0;
  start: i32 = 0;
  end: i32 = 0;

  private best: usize = 0;

  next(): bool {
    return this.run();
  }

  /** From here on, nothing of this kind is looked for. */
  ignore(kind: i32): void {
    this.kinds &= ~(<u8>1 << <u8>kind);
  }

  /** No more beginnings of patterns are tried than that, so that a text of nothing but those takes no longer than another. */
  limit(walks: i32): void {
    this.walks = walks;
    this.isLimited = true;
  }

  /** To be called at the end: tells what was not looked at, by the policy's rules for words in disguise and for phrases. */
  tellUntried(disguiseRule: string, phraseRule: string): void {
    this.reportUntried(disguiseRule, phraseRule);
  }

  protected matched(value: u16, end: usize): void {
    if (end < this.best || !this.isLegible) return;
    const isWhole = !isWordBefore(this.at) && (wordSizeAt(end) == 0 || !isWordUnit(this.lastByte));
    if (!isWhole && !this.isWithinClosed) return;
    this.best = end;
    this.value = <i32>value;
  }

  protected tried(): bool {
    if (this.best == 0) return false;
    this.start = <i32>(this.at - this.read.folded);
    this.end = <i32>(this.best - this.read.folded);
    this.from = this.best;
    this.best = 0;
    return true;
  }
}

/** All matches of a table in a reading. */
export function scanWords(table: usize, all: Reading): WordScan {
  return new WordScan(table, all);
}
