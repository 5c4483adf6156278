/** A pattern as an automaton over bytes: instructions without captures, and code points spelt as UTF-8. */
import { PatternError, tooLarge } from "./fault.ts";
import { NFA_NODES_MAX } from "./limits.ts";
import { LOOK } from "./look.ts";
import { foldedRanges, type Instruction, type Instructions, OP } from "./parse.ts";
import { type ByteRange, byteSequences } from "./utf8.ts";

export const KIND = { bytes: 0, alt: 1, look: 2, match: 3, fail: 4 } as const;

export interface Edge {
  readonly low: number;
  readonly high: number;
  readonly to: number;
}

export interface Node {
  readonly kind: number;
  /** Of bytes: disjoint, in order. */
  readonly edges: readonly Edge[];
  /** Of alt: in order of preference; of look: one. */
  readonly outs: readonly number[];
  /** Of look: see look.ts. */
  readonly look: number;
}

export interface Nfa {
  readonly nodes: readonly Node[];
  readonly start: number;
  /** Every assertion that occurs, or-ed. */
  readonly looks: number;
}

const TOO_MANY_PARTS = "The pattern has too many parts.";
const NO_EDGES: readonly Edge[] = [];
const NO_OUTS: readonly number[] = [];

/** Throws a PatternError. */
export function buildNfa({ inst, start: first }: Instructions): Nfa {
  if (inst.length > NFA_NODES_MAX) throw tooLarge(TOO_MANY_PARTS);
  const nodes: Node[] = [];
  // Instructions keep their numbers; what else a class needs comes behind them.
  for (const instruction of inst) nodes.push(simpleNode(instruction));
  for (const [index, instruction] of inst.entries()) {
    if (instruction.op < OP.rune) continue;
    nodes[index] = runeNode(instruction, nodes);
  }
  // A match begins where a character does.
  const start = nodes.length;
  nodes.push({ kind: KIND.look, edges: NO_EDGES, outs: [first], look: LOOK.characterBoundary });
  const looks = nodes.reduce((sum, { look }) => sum | look, 0);
  return { nodes, start, looks };
}

function simpleNode({ op, out, arg }: Instruction): Node {
  const node = { kind: KIND.fail as number, edges: NO_EDGES, outs: NO_OUTS, look: 0 };
  if (op === OP.alt) return { ...node, kind: KIND.alt, outs: [out, arg] };
  if (op === OP.capture || op === OP.nop) return { ...node, kind: KIND.alt, outs: [out] };
  if (op === OP.emptyWidth) return { ...node, kind: KIND.look, outs: [out], look: arg };
  if (op === OP.match) return { ...node, kind: KIND.match };
  if (op === OP.fail || (op >= OP.rune && op <= OP.runeAnyNotNewline)) return node;
  throw new PatternError("pattern_syntax", "An operation that is not RE2's.");
}

const FOLD_CASE = 1;

function rangesOf({ op, arg, runes }: Instruction): readonly number[] {
  if (op === OP.runeAny) return [0, 0x10ffff];
  if (op === OP.runeAnyNotNewline) return [0, 9, 11, 0x10ffff];
  if (runes.length !== 1) return Array.from(runes);
  const rune = runes[0] as number; // its length is 1
  return op === OP.rune && (arg & FOLD_CASE) !== 0 ? foldedRanges(rune) : [rune, rune];
}

function runeNode(instruction: Instruction, nodes: Node[]): Node {
  const ranges = rangesOf(instruction);
  const last = ranges.length - 2;
  // Whatever is beyond ASCII, as in `.` and `[^,]`: any first byte, and what follows it. Texts are valid UTF-8, so this is
  // the same, in two states instead of nine.
  const takesRest = (ranges[last] as number) <= 0x80 && (ranges[last + 1] as number) === 0x10ffff;
  const sequences: ByteRange[][] = [];
  for (let at = 0; at <= last; at += 2) {
    const high = ranges[at + 1] as number; // pairs
    sequences.push(...byteSequences(ranges[at] as number, takesRest ? Math.min(high, 0x7f) : high));
  }
  const edges = trieEdges(sequences, 0, instruction.out, nodes, new Map());
  if (takesRest) edges.push({ low: 0xc0, high: 0xff, to: restOfCharacter(instruction.out, nodes) });
  return bytesNode(edges);
}

/** Reads on to the next character, and leaves only there. */
function restOfCharacter(out: number, nodes: Node[]): number {
  const rest = nodes.length;
  nodes.push({ kind: KIND.alt, edges: NO_EDGES, outs: [rest + 1, rest + 2], look: 0 });
  nodes.push(bytesNode([{ low: 0x80, high: 0xbf, to: rest }]));
  nodes.push({ kind: KIND.look, edges: NO_EDGES, outs: [out], look: LOOK.characterBoundary });
  return rest;
}

const bytesNode = (edges: readonly Edge[]): Node => ({ kind: KIND.bytes, edges, outs: NO_OUTS, look: 0 });

/** Edges for what follows the first `depth` bytes; equal continuations of one class become one node. */
function trieEdges(
  sequences: readonly ByteRange[][],
  depth: number,
  out: number,
  nodes: Node[],
  known: Map<string, number>,
): Edge[] {
  const edges: Edge[] = [];
  for (let at = 0; at < sequences.length; ) {
    const [low, high] = (sequences[at] as ByteRange[])[depth] as ByteRange; // long enough: a prefix ends no other
    let end = at + 1;
    while (end < sequences.length && sequences[end]?.[depth]?.[0] === low) end++;
    const group = sequences.slice(at, end);
    const isLast = (group[0] as ByteRange[]).length === depth + 1;
    const to = isLast ? out : trieNode(trieEdges(group, depth + 1, out, nodes, known), nodes, known);
    const before = edges.at(-1);
    if (before !== undefined && before.high + 1 === low && before.to === to) {
      edges[edges.length - 1] = { low: before.low, high, to };
    } else {
      edges.push({ low, high, to });
    }
    at = end;
  }
  return edges;
}

function trieNode(edges: Edge[], nodes: Node[], known: Map<string, number>): number {
  const key = edges.map(({ low, high, to }) => `${low}-${high}:${to}`).join();
  const same = known.get(key);
  if (same !== undefined) return same;
  if (nodes.length >= NFA_NODES_MAX) throw tooLarge(TOO_MANY_PARTS);
  nodes.push(bytesNode(edges));
  known.set(key, nodes.length - 1);
  return nodes.length - 1;
}
