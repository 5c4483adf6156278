/** A text with what was found in it, line by line. */
import { visible } from "../output.ts";

export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Piece {
  /** Harmless on a terminal. */
  readonly text: string;
  readonly marked: boolean;
}

export interface MarkedLine {
  /** From 1. */
  readonly number: number;
  readonly pieces: readonly Piece[];
}

/** Spans count UTF-16 code units; they may overlap, and reach over lines. */
export function markedLines(text: string, spans: readonly Span[]): MarkedLine[] {
  const joined = join(spans);
  let at = 0;
  // What ends the last line begins no other.
  return text
    .replace(/\n$/, "")
    .split("\n")
    .map((line, index) => {
      const start = at;
      at += line.length + 1;
      return { number: index + 1, pieces: piecesOf(line.replace(/\r$/, ""), start, joined) };
    });
}

function join(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last === undefined || start > last.end) joined.push({ start, end });
    else joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, end) };
  }
  return joined;
}

/** `start` is the line's place in the text. */
function piecesOf(line: string, start: number, spans: readonly Span[]): Piece[] {
  const pieces: Piece[] = [];
  const add = (from: number, to: number, marked: boolean) => {
    if (from < to) pieces.push({ text: visible(line.slice(from, to)), marked });
  };
  let at = 0;
  for (const span of spans) {
    const from = Math.max(span.start - start, at);
    const to = Math.min(span.end - start, line.length);
    if (from >= to) continue;
    add(at, from, false);
    add(from, to, true);
    at = to;
  }
  add(at, line.length, false);
  return pieces;
}

export const isMarked = ({ pieces }: MarkedLine): boolean => pieces.some(({ marked }) => marked);

/** What stands below a line where there is no colour: a caret under each marked character. */
export const caretsOf = ({ pieces }: MarkedLine): string =>
  pieces
    .map(({ text, marked }) => (marked ? "^" : " ").repeat(text.length))
    .join("")
    .trimEnd();

/** Where a code unit stands, as editors count: line and column from 1. */
export function lineAndColumn(text: string, at: number): string {
  const before = text.slice(0, at).split("\n");
  return `${before.length}:${(before.at(-1) ?? "").length + 1}`;
}
