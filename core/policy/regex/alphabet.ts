/** Bytes that a pattern cannot tell apart, as one symbol; and the symbol that stands for the text's end. */
import { LOOK, NEIGHBOUR, neighbourOf } from "./look.ts";
import type { Nfa } from "./nfa.ts";

export interface Alphabet {
  /** By byte. */
  readonly symbolOf: Uint8Array;
  /** By symbol: one of its bytes; -1 of the last symbol, which is the end of the text. */
  readonly byteOf: readonly number[];
  /** By symbol: what an assertion sees in it. Kinds that this pattern does not ask for are `other`. */
  readonly neighbours: readonly number[];
  /** The same by kind of neighbour. */
  readonly seen: readonly number[];
}

export function alphabetOf({ nodes, looks }: Nfa): Alphabet {
  const usesWords = (looks & (LOOK.wordBoundary | LOOK.noWordBoundary)) !== 0;
  const usesLines = (looks & (LOOK.beginLine | LOOK.endLine)) !== 0;
  const usesEdges = (looks & (LOOK.beginText | LOOK.endText)) !== 0 || usesLines;
  const { edge, newline, word, other, inside } = NEIGHBOUR;
  const seen: number[] = [];
  seen[edge] = usesEdges ? edge : other;
  seen[newline] = usesLines ? newline : other;
  seen[word] = usesWords ? word : other;
  seen[other] = other;
  seen[inside] = inside;
  const begins = new Uint8Array(257);
  for (const { edges } of nodes) {
    for (const { low, high } of edges) begins[low] = begins[high + 1] = 1;
  }
  for (let byte = 1; byte < 256; byte++) {
    if (seen[neighbourOf(byte)] !== seen[neighbourOf(byte - 1)]) begins[byte] = 1;
  }
  const symbolOf = new Uint8Array(256);
  const byteOf: number[] = [0];
  for (let byte = 1; byte < 256; byte++) {
    if (begins[byte] === 1) byteOf.push(byte);
    symbolOf[byte] = byteOf.length - 1;
  }
  const neighbours = byteOf.map((byte) => seen[neighbourOf(byte)] as number); // one of each kind
  return { symbolOf, byteOf: [...byteOf, -1], neighbours: [...neighbours, seen[edge] as number], seen };
}
