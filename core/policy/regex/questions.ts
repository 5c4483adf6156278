/**
 * What the scanner has to know of a pattern before it may take the short way, from where a match was found back to where it
 * begins and on to where it ends. Why these questions, and that the short way is exact and linear where the answers are no:
 * docs/design/regex.md.
 */
import type { Alphabet } from "./alphabet.ts";
import { type Dfa, stateCount } from "./dfa.ts";
import { PAIRS_MAX } from "./limits.ts";
import { NEIGHBOURS } from "./look.ts";
import { PAIR_STEPS, type Work } from "./work.ts";

/** Whether the pattern matches no characters, somewhere. */
export function matchesNothing({ next, found, starts, symbols }: Dfa): boolean {
  return starts.some((start) => {
    for (let symbol = 0; symbol < symbols; symbol++) {
      if (found[next[start * symbols + symbol] as number] === 1) return true; // in range
    }
    return false;
  });
}

/** Whether a match can end while one that began before it is under way: the first found is then not the leftmost. */
export function isOvertaken(forward: Dfa, hits: Dfa, alphabet: Alphabet, work: Work): boolean {
  const pairs: Pair[] = [];
  for (const start of forward.starts) {
    for (let symbol = 0; symbol < forward.symbols - 1; symbol++) {
      const after = forward.next[start * forward.symbols + symbol] as number; // in range
      pairs.push([after, hits.starts[alphabet.neighbours[symbol] as number] as number]);
    }
  }
  return meets(forward, hits, pairs, work);
}

/**
 * Whether another match can lie in what is read behind a match to see if it goes on: the same text would be read again
 * behind each of them.
 */
export function isReadAgain(forward: Dfa, hits: Dfa, work: Work): boolean {
  const { next, found, symbols } = forward;
  const pairs: Pair[] = [];
  for (let state = 0; state < stateCount(forward); state++) {
    for (let symbol = 0; symbol < symbols - 1; symbol++) {
      const after = next[state * symbols + symbol] as number; // in range, as are those below
      if (found[after] !== 1) continue;
      for (let kind = 0; kind < NEIGHBOURS; kind++) {
        const start = hits.starts[kind] as number;
        pairs.push([after, hits.next[start * symbols + symbol] as number]);
      }
    }
  }
  return meets(forward, hits, pairs, work);
}

/**
 * The state in which the forward automaton always is where it first finds something, before the symbol that tells; null where
 * there are several. From there on a match can be followed without reading it again from its beginning.
 */
export function resumingState({ next, found, starts, symbols }: Dfa): number | null {
  const seen = new Set(starts);
  const queue = [...seen];
  let resuming: number | null = null;
  for (let at = 0; at < queue.length; at++) {
    const state = queue[at] as number; // in range
    for (let symbol = 0; symbol < symbols; symbol++) {
      const to = next[state * symbols + symbol] as number; // in range
      if (found[to] === 1) {
        if (resuming !== null && resuming !== state) return null;
        resuming = state;
      } else if (!seen.has(to)) {
        seen.add(to);
        queue.push(to);
      }
    }
  }
  return resuming;
}

type Pair = readonly [forward: number, hits: number];

/** Whether `hits` can find something before `forward` does, and with `forward` able to find something later. */
function meets(forward: Dfa, hits: Dfa, first: readonly Pair[], work: Work): boolean {
  const live = liveStates(forward);
  const { symbols } = forward;
  const count = stateCount(hits);
  const seen = new Uint8Array(stateCount(forward) * count);
  const queue: number[] = [];
  const add = (a: number, b: number): void => {
    const pair = a * count + b;
    if (live[a] !== 1 || seen[pair] === 1) return;
    seen[pair] = 1;
    queue.push(pair);
  };
  for (const [a, b] of first) add(a, b);
  for (let at = 0; at < queue.length; at++) {
    if (queue.length > PAIRS_MAX) return true;
    work.spend(symbols * PAIR_STEPS);
    const pair = queue[at] as number; // in range
    const a = Math.floor(pair / count);
    const b = pair % count;
    for (let symbol = 0; symbol < symbols; symbol++) {
      const nextA = forward.next[a * symbols + symbol] as number;
      if (forward.found[nextA] === 1 || live[nextA] !== 1) continue;
      const nextB = hits.next[b * symbols + symbol] as number;
      if (hits.found[nextB] === 1) return true;
      add(nextA, nextB);
    }
  }
  return false;
}

/** States from which something can still be found. */
function liveStates({ next, found, symbols }: Dfa): Uint8Array {
  const sources: number[][] = Array.from(found, () => []);
  for (const [at, to] of next.entries()) sources[to]?.push(Math.floor(at / symbols));
  const live = new Uint8Array(found.length);
  const queue: number[] = [];
  const add = (state: number): void => {
    if (live[state] === 1) return;
    live[state] = 1;
    queue.push(state);
  };
  for (const [state, isFound] of found.entries())
    if (isFound === 1) for (const source of sources[state] ?? []) add(source);
  for (let at = 0; at < queue.length; at++)
    for (const source of sources[queue[at] as number] ?? []) add(source);
  return live;
}
