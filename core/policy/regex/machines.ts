/** Two ways in which a pattern is read; each becomes an automaton of its own, and the second makes the third, hits.ts (docs/design/regex.md). */
import type { Alphabet } from "./alphabet.ts";
import type { Machine, Position, Stepped } from "./dfa.ts";
import { holds } from "./look.ts";
import { type Edge, KIND, type Nfa, type Node } from "./nfa.ts";
import { isSame } from "./numbering.ts";
import { EDGE_STEPS, NODE_STEPS, SILENT_STEPS, type Work } from "./work.ts";

/** Walks over nodes that consume nothing. One per machine: its marks are reused. */
export class Closure {
  readonly #nfa: Nfa;
  readonly #work: Work;
  readonly #marks: Uint32Array;
  #stamp = 0;
  readonly #stack: number[] = [];

  constructor(nfa: Nfa, work: Work) {
    this.#nfa = nfa;
    this.#work = work;
    this.#marks = new Uint32Array(nfa.nodes.length);
  }

  /**
   * Nodes that consume a byte, and `match`, reached from `from` in order of preference. Assertions are passed where they hold;
   * with `before` null none is, and they are listed themselves. Nothing is preferred to come after `match`.
   */
  from(from: readonly number[], before: number | null, after: number): number[] {
    const marks = this.#marks;
    const stamp = ++this.#stamp;
    const stack = this.#stack;
    const { nodes } = this.#nfa;
    const reached: number[] = [];
    let passed = 0;
    for (let each = 0; each < from.length; each++) {
      stack.push(from[each] as number); // in range
      while (stack.length > 0) {
        const index = stack.pop() as number; // not empty
        if (marks[index] === stamp) continue;
        marks[index] = stamp;
        passed++;
        const node = nodes[index] as Node; // in range
        const { kind } = node;
        if (kind === KIND.bytes) reached.push(index);
        else if (kind === KIND.match) {
          reached.push(index);
          stack.length = 0;
          each = from.length;
        } else if (kind === KIND.look && before === null) reached.push(index);
        else if (kind === KIND.alt || (kind === KIND.look && holds(node.look, before as number, after))) {
          for (let at = node.outs.length - 1; at >= 0; at--) stack.push(node.outs[at] as number);
        }
      }
    }
    this.#work.spend(passed * SILENT_STEPS);
    return reached;
  }
}

const isMatch = (nfa: Nfa, index: number): boolean => nfa.nodes[index]?.kind === KIND.match;

/** Of several edges, by symbol of the alphabet: where those lead whose bytes it stands for. Symbols are in the bytes' order. */
export class Fan {
  readonly #alphabet: Alphabet;
  readonly #work: Work;
  readonly #to: readonly number[][];

  constructor(alphabet: Alphabet, work: Work) {
    this.#alphabet = alphabet;
    this.#work = work;
    this.#to = alphabet.byteOf.map(() => []);
  }

  /** Takes the edges for those symbols alone that look like `kind`. */
  add(edges: readonly Edge[], kind: number): void {
    const { symbolOf, neighbours } = this.#alphabet;
    for (const { low, high, to } of edges) {
      const first = symbolOf[low] as number; // a byte's, as the next one
      const last = symbolOf[high] as number;
      this.#work.spend((1 + last - first) * EDGE_STEPS);
      for (let symbol = first; symbol <= last; symbol++) {
        if (neighbours[symbol] === kind) this.#to[symbol]?.push(to);
      }
    }
  }

  /** By symbol, what `make` makes of where it leads: once where it is the same as for the symbol before. */
  map(make: (to: readonly number[]) => readonly number[], found: readonly boolean[]): Stepped[] {
    let last: readonly number[] | null = null;
    let nodes: readonly number[] = [];
    return this.#to.map((to, symbol) => {
      if (last === null || !isSame(to, last)) nodes = make(to);
      last = to;
      const kind = this.#alphabet.neighbours[symbol] as number; // by symbol
      return { nodes, found: found[kind] as boolean }; // of each kind
    });
  }
}

/** The kinds of neighbour that the alphabet has. */
export const kindsOf = ({ neighbours }: Alphabet): readonly number[] => [...new Set(neighbours)];

/** From one place on: the longest prefix of the text that RE2 would prefer ends where it last was `found`. */
export function anchored(nfa: Nfa, alphabet: Alphabet, work: Work): Machine {
  const closure = new Closure(nfa, work);
  const kinds = kindsOf(alphabet);
  const pending = (nodes: readonly number[]): number[] => closure.from(nodes, null, 0);
  return {
    start: () => pending([nfa.start]),
    steps({ nodes, behind }: Position): readonly Stepped[] {
      const fan = new Fan(alphabet, work);
      const found: boolean[] = [];
      for (const kind of kinds) {
        const reached = closure.from(nodes, behind, kind);
        found[kind] = isMatch(nfa, reached.at(-1) ?? -1);
        for (const index of reached) fan.add(nfa.nodes[index]?.edges ?? [], kind);
      }
      return fan.map(pending, found);
    },
  };
}

/** Nodes from which those of `nodes` are reached without a byte, themselves included. */
function sourcesOf(
  nfa: Nfa,
  { silent }: Reversed,
  work: Work,
): (nodes: readonly number[], before: number, after: number) => readonly number[] {
  // What is asked of a node, side by side: this is where compiling spends its time.
  const kinds = Uint8Array.from(nfa.nodes, ({ kind }) => kind);
  const looks = Uint8Array.from(nfa.nodes, ({ look }) => look);
  const marks = new Uint32Array(nfa.nodes.length);
  let stamp = 0;
  return (nodes, before, after) => {
    stamp++;
    const reached: number[] = [];
    const reach = (index: number): void => {
      if (marks[index] === stamp) return;
      marks[index] = stamp;
      reached.push(index);
    };
    for (const index of nodes) reach(index);
    for (let at = 0; at < reached.length; at++) {
      const sources = silent[reached[at] as number] as readonly number[]; // of each node
      for (let each = 0; each < sources.length; each++) {
        const source = sources[each] as number; // in range, as is its look
        if (kinds[source] === KIND.alt || holds(looks[source] as number, before, after)) reach(source);
      }
    }
    work.spend(reached.length * SILENT_STEPS);
    return reached;
  };
}

/** Backwards from where a match ends: `found` at each place where one begins that ends there. */
export function backwards(nfa: Nfa, alphabet: Alphabet, work: Work): Machine {
  const match = matchOf(nfa);
  const before = stepsBackwards(nfa, alphabet, work);
  return { start: () => match, steps: ({ nodes, behind }) => before(nodes, behind) };
}

/** The node that ends a match, if any can. */
export const matchOf = ({ nodes }: Nfa): readonly number[] =>
  nodes.flatMap(({ kind }, index) => (kind === KIND.match ? [index] : []));

/** By symbol: the nodes that stand for it before a place that `nodes` come from, and whether a match begins at that place. */
export function stepsBackwards(
  nfa: Nfa,
  alphabet: Alphabet,
  work: Work,
): (nodes: readonly number[], after: number) => readonly Stepped[] {
  const reversed = reverse(nfa);
  const sources = sourcesOf(nfa, reversed, work);
  const kinds = kindsOf(alphabet);
  const sorted = sorter(nfa, work);
  return (nodes, after) => {
    const fan = new Fan(alphabet, work);
    const found: boolean[] = [];
    // Reading backwards, what is read next stands before the place.
    for (const kind of kinds) {
      const reached = sources(nodes, kind, after);
      found[kind] = reached.includes(nfa.start);
      for (const index of reached) fan.add(reversed.edges[index] ?? [], kind);
    }
    return fan.map(sorted, found);
  };
}

/** In ascending order, each once: by way of a bit for each node, since most lists are long. */
function sorter({ nodes }: Nfa, work: Work): (some: readonly number[]) => readonly number[] {
  const bits = new Uint32Array((nodes.length + 31) >> 5);
  return (some) => {
    work.spend((some.length + bits.length) * NODE_STEPS);
    for (const node of some) bits[node >> 5] = (bits[node >> 5] as number) | (1 << (node & 31));
    const once: number[] = [];
    for (let word = 0; word < bits.length; word++) {
      for (let rest = bits[word] as number; rest !== 0; rest &= rest - 1)
        once.push(word * 32 + 31 - Math.clz32(rest & -rest));
      bits[word] = 0;
    }
    return once;
  };
}

interface Reversed {
  /** By node: those that lead to it without a byte. */
  readonly silent: readonly (readonly number[])[];
  /** By node: edges that lead to it, with `to` the node that they come from. */
  readonly edges: readonly (readonly Edge[])[];
}

function reverse({ nodes }: Nfa): Reversed {
  const silent: number[][] = nodes.map(() => []);
  const edges: Edge[][] = nodes.map(() => []);
  for (const [index, node] of nodes.entries()) {
    for (const out of node.outs) silent[out]?.push(index);
    for (const { low, high, to } of node.edges) edges[to]?.push({ low, high, to: index });
  }
  return { silent, edges };
}
