/**
 * Cuts an untrusted text into pieces to show: what findings point to is marked, what cannot be seen is
 * written out, words of mixed scripts are named. Pure; the pieces put together are the text, unchanged.
 */
import type { Severity } from "../../core/policy/manifest.ts";
import { escapeOf, hiddenCharacters, isTag, nameOf } from "./hidden-character.ts";
import { type LookAlike, lookAlikes } from "./look-alike.ts";

/** UTF-16 offsets, as in a finding. `number` is the anchor that the list of findings links to. */
export interface Mark {
  readonly number: number;
  readonly severity: Severity;
  readonly start: number;
  readonly end: number;
}

export interface Segment {
  readonly text: string;
  /** Shown instead of `text`, where that would be invisible or move its surroundings. */
  readonly hidden: { readonly escape: string; readonly name: string } | null;
  /** The word that this is a piece of mixes scripts. */
  readonly lookAlike: LookAlike | null;
  /** The gravest severity among the marks that cover the segment; null where none does. */
  readonly severity: Severity | null;
  /** Numbers of the marks that begin here. */
  readonly opens: readonly number[];
}

export interface TextForm {
  /** A single line, such as a subject: line breaks and tabs are written out too. */
  readonly line?: boolean;
  /** Holds e-mail addresses, in which letters outside ASCII are named. */
  readonly address?: boolean;
  /** A second view of what is on the page already: words of mixed scripts were named there. */
  readonly again?: boolean;
}

export function segmentsOf(text: string, marks: readonly Mark[] = [], form: TextForm = {}): Segment[] {
  const spans = marks.map((mark) => settle(mark, text));
  const hidden = new Map([...hiddenCharacters(text, form.line === true)].map((char) => [char.start, char]));
  const words = form.again === true ? [] : lookAlikes(text, form.address === true);
  const cuts = new Set([0, text.length]);
  for (const range of [...spans, ...hidden.values(), ...words]) cuts.add(range.start).add(range.end);
  const places = [...cuts].sort((left, right) => left - right);

  const cover = new Cover(spans);
  let word = 0;
  const pieces: Piece[] = places.map((start, index) => {
    const end = places[index + 1] ?? text.length;
    while ((words[word]?.end ?? Number.POSITIVE_INFINITY) <= start) word++;
    const inside = words[word];
    const { severity, opens } = cover.moveTo(start);
    const lookAlike = inside && inside.start <= start ? inside : null;
    return { start, end, codePoint: hidden.get(start)?.codePoint ?? null, lookAlike, severity, opens };
  });
  return joinAlike(pieces)
    .filter((run) => run.start < run.end || run.opens.length > 0)
    .map((run) => toSegment(run, text));
}

/** The text in one line with everything hidden written out, for where no markup can stand: a page's title. */
export const writtenOut = (text: string): string =>
  segmentsOf(text, [], { line: true })
    .map((segment) => segment.hidden?.escape ?? segment.text)
    .join("");

interface Piece extends Omit<Segment, "text" | "hidden"> {
  readonly start: number;
  readonly end: number;
  /** Set where the piece is one hidden character. */
  readonly codePoint: number | null;
}

/** Inside the text, and never between the halves of a surrogate pair: a half cannot be shown. */
function settle(mark: Mark, text: string): Mark {
  const start = Math.max(0, Math.min(mark.start, text.length));
  const end = Math.max(start, Math.min(mark.end, text.length));
  const from = splitsPair(text, start) ? start - 1 : start;
  if (end === start) return { ...mark, start: from, end: from };
  return { ...mark, start: from, end: splitsPair(text, end) ? end + 1 : end };
}

function splitsPair(text: string, offset: number): boolean {
  return /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(offset - 1, offset + 1)) && offset > 0;
}

const BY_GRAVITY: readonly Severity[] = ["block", "defer", "warn", "info"];

/** Which marks cover an offset, for offsets that only grow: the cost does not depend on how marks overlap. */
class Cover {
  readonly #starts: readonly Mark[];
  readonly #ends: readonly Mark[];
  readonly #open: Record<Severity, number> = { block: 0, defer: 0, warn: 0, info: 0 };
  #started = 0;
  #ended = 0;

  constructor(marks: readonly Mark[]) {
    this.#starts = marks.toSorted((left, right) => left.start - right.start || left.number - right.number);
    // An empty mark opens an anchor and covers nothing.
    this.#ends = marks.toSorted((left, right) => left.end - right.end);
  }

  moveTo(offset: number): { severity: Severity | null; opens: number[] } {
    const opens: number[] = [];
    for (
      let mark = this.#starts[this.#started];
      mark && mark.start <= offset;
      mark = this.#starts[++this.#started]
    ) {
      this.#open[mark.severity]++;
      opens.push(mark.number);
    }
    for (let mark = this.#ends[this.#ended]; mark && mark.end <= offset; mark = this.#ends[++this.#ended]) {
      this.#open[mark.severity]--;
    }
    return { severity: BY_GRAVITY.find((severity) => this.#open[severity] > 0) ?? null, opens };
  }
}

interface Run extends Piece {
  readonly codePoints: number[];
}

/** A thousand zero-width spaces in a row are one run, so that the page stays readable. */
function joinAlike(pieces: readonly Piece[]): Run[] {
  const runs: Run[] = [];
  for (const piece of pieces) {
    const last = runs.at(-1);
    if (last && continues(last, piece)) {
      runs[runs.length - 1] = { ...last, end: piece.end };
      if (piece.codePoint !== null) last.codePoints.push(piece.codePoint);
    } else {
      runs.push({ ...piece, codePoints: piece.codePoint === null ? [] : [piece.codePoint] });
    }
  }
  return runs;
}

function continues(run: Run, piece: Piece): boolean {
  if (piece.opens.length > 0 || run.severity !== piece.severity || run.lookAlike !== piece.lookAlike)
    return false;
  if (run.codePoint === null || piece.codePoint === null) return run.codePoint === piece.codePoint;
  return run.codePoint === piece.codePoint || (isTag(run.codePoint) && isTag(piece.codePoint));
}

function toSegment({ start, end, codePoints, lookAlike, severity, opens }: Run, text: string): Segment {
  const hidden = codePoints.length > 0 ? { escape: escapeOf(codePoints), name: nameOf(codePoints) } : null;
  return { text: text.slice(start, end), hidden, lookAlike, severity, opens };
}
