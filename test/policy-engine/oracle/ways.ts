/**
 * The costliest way through a function, and through each of its loops, counted backwards from the end: what
 * docs/design/metering.md says that entries and headers are charged. Inside a loop or body, without the loops in it,
 * control only moves forward, so the costliest way from an instruction is its own cost and the costliest from any next.
 */
import type { FunctionBody, Instruction } from "./decode.ts";

export interface BodyCosts {
  readonly entry: number;
  /** By the loop's place. */
  readonly loops: ReadonlyMap<number, number>;
}

/** `costOf` a call includes that of a leaf. */
export function costsOfBody(body: FunctionBody, costOf: (instruction: Instruction) => number): BodyCosts {
  const ways = new Ways(body, costOf);
  const loops = new Map<number, number>();
  for (const [place, { name }] of body.code.entries()) {
    if (name === "loop") loops.set(place, ways.costliest(place));
  }
  return { entry: ways.costliest(BODY), loops };
}

/** The body as a whole, where a loop's place is wanted. */
const BODY = -1;

class Ways {
  readonly #body: FunctionBody;
  readonly #costOf: (instruction: Instruction) => number;
  /** By place: the block around it, BODY where there is none. For block, loop and if, themselves not included. */
  readonly #around: number[] = [];
  readonly #loopOfEnd = new Map<number, number>();
  /** By loop: places behind it, or around it, that ways out of it lead to. */
  readonly #exits = new Map<number, readonly number[]>();

  constructor(body: FunctionBody, costOf: (instruction: Instruction) => number) {
    this.#body = body;
    this.#costOf = costOf;
    const open = [BODY];
    for (const [place, { name }] of body.code.entries()) {
      if (name === "end") open.pop();
      this.#around[place] = open.at(-1) ?? BODY;
      if (name === "loop") this.#loopOfEnd.set(body.endOf.get(place) as number, place); // every block ends
      if (name === "block" || name === "loop" || name === "if") open.push(place);
    }
  }

  costliest(loop: number): number {
    const first = loop + 1;
    const end = this.#endOf(loop);
    const from = new Map<number, number>();
    for (let place = end; place >= first; ) {
      const after = this.#next(place).map((next) =>
        next > place && next <= end ? (from.get(next) ?? 0) : 0,
      );
      from.set(place, this.#costOf(this.#at(place)) + Math.max(0, ...after));
      // Over the insides of loops that end here.
      place--;
      const inner = this.#loopOfEnd.get(place);
      if (inner !== undefined && inner > loop) place = inner;
    }
    return from.get(first) ?? 0;
  }

  #at(place: number): Instruction {
    return this.#body.code[place] as Instruction; // places come from the code
  }

  #endOf(block: number): number {
    return block === BODY ? this.#body.code.length - 1 : (this.#body.endOf.get(block) as number);
  }

  /** Where control can go from an instruction; from a loop's, wherever it can go from inside the loop. */
  #next(place: number): readonly number[] {
    const { name, args } = this.#at(place);
    switch (name) {
      case "loop":
        return this.#exitsOf(place);
      case "br":
      case "br_table":
        return args.map((depth) => this.#target(place, depth));
      case "br_if":
        return [place + 1, this.#target(place, args[0] ?? 0)];
      case "if":
        return [place + 1, (this.#body.elseOf.get(place) ?? this.#endOf(place) - 1) + 1];
      case "else":
        return [this.#endOf(place)];
      case "return":
      case "unreachable":
        return [];
      default:
        return [place + 1];
    }
  }

  /** A header lies before the branch, an end behind it; leaving the function is no place. */
  #target(place: number, depth: number): number {
    let block = this.#around[place] ?? BODY;
    for (let left = depth; left > 0 && block !== BODY; left--) block = this.#around[block] ?? BODY;
    if (block === BODY) return Number.POSITIVE_INFINITY;
    return this.#at(block).name === "loop" ? block : this.#endOf(block);
  }

  #exitsOf(loop: number): readonly number[] {
    const known = this.#exits.get(loop);
    if (known !== undefined) return known;
    const end = this.#endOf(loop);
    const reached = new Set([loop + 1]);
    const exits = new Set<number>();
    // Ascending: whatever leads to a place of this loop stands before it.
    for (let place = loop + 1; place <= end; place++) {
      if (!reached.has(place)) continue;
      for (const next of this.#next(place)) {
        if (next > loop && next <= end) reached.add(next);
        else if (next !== loop) exits.add(next);
      }
    }
    this.#exits.set(loop, [...exits]);
    return [...exits];
  }
}
