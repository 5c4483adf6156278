/** Random bodies: typed by construction, with every kind of control flow, nearly all of them terminating. */
import { body, EMPTY, END, I32, I64, s32, s64, u32, vec } from "../../harness/wasm-bytes.ts";
import type { Random } from "../random.ts";

export interface Signature {
  readonly params: readonly number[];
  readonly result: number;
}
export const SIGNATURES: readonly Signature[] = [
  { params: [], result: I32 },
  { params: [], result: EMPTY },
  { params: [I32, I64], result: I32 },
  { params: [I64], result: I64 },
  { params: [I32, I32, I32], result: EMPTY },
];
export const GLOBALS = [I32, I64, I32, I64];
const LOADS: Readonly<Record<number, readonly number[]>> = {
  [I32]: [0x28, 0x2c, 0x2d, 0x2e, 0x2f],
  [I64]: [0x29, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35],
};
const STORES: Readonly<Record<number, readonly number[]>> = {
  [I32]: [0x36, 0x3a, 0x3b],
  [I64]: [0x37, 0x3c, 0x3d, 0x3e],
};
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const UNARY: Readonly<Record<number, readonly number[]>> = {
  [I32]: [0x67, 0x68, 0x69, 0xc0, 0xc1],
  [I64]: [0x79, 0x7a, 0x7b, 0xc2, 0xc3, 0xc4],
};
/** First of the type's fifteen binary operations, of which div and rem stand at 3 to 6. */
const BINARY: Readonly<Record<number, number>> = { [I32]: 0x6a, [I64]: 0x7c };
const COMPARISONS: Readonly<Record<number, readonly number[]>> = {
  [I32]: range(0x46, 0x4f),
  [I64]: range(0x51, 0x5a),
};
const INTERESTING = [0n, 1n, -1n, 2n, 0x7fffffffn, 0x80000000n, 0xffffffffn, 1n << 63n, 255n, 65_535n, 7n];

interface Label {
  /** What a jump to it takes along: EMPTY for a loop. */
  readonly type: number;
}

export class FunctionWriter {
  readonly #random: Random;
  readonly #types: readonly number[];
  readonly #table: readonly number[];
  readonly #index: number;
  readonly #signature: Signature;
  /** Parameters and locals that may be written; counters come behind them. */
  readonly #locals: number[];
  #counters = 0;
  readonly #labels: Label[];
  #size = 0;

  constructor(random: Random, types: readonly number[], table: readonly number[], index: number) {
    this.#random = random;
    this.#types = types;
    this.#table = table;
    this.#index = index;
    this.#signature = this.#signatureOf(types[index] ?? 0);
    this.#locals = [
      ...this.#signature.params,
      ...Array.from({ length: 2 + random.below(5) }, () => random.of([I32, I64])),
    ];
    this.#labels = [{ type: this.#signature.result }];
  }

  write(): number[] {
    // The first one's are what surely runs.
    const code = Array.from({ length: this.#index === 0 ? 6 : 2 }, () => this.#statements(4)).flat();
    if (this.#signature.result !== EMPTY) code.push(...this.#value(this.#signature.result, 3));
    const own = this.#locals.slice(this.#signature.params.length).map((type) => [1, type] as const);
    return body([...code, END], [...own, [this.#counters, I32]]);
  }

  #signatureOf(type: number): Signature {
    return SIGNATURES[type] as Signature; // drawn from it
  }

  #statements(depth: number): number[] {
    return Array.from({ length: 1 + this.#random.below(4) }, () => this.#statement(depth)).flat();
  }

  #statement(depth: number): number[] {
    const random = this.#random;
    this.#size++;
    if (depth <= 0 || this.#size > 500) return this.#simple(Math.min(depth, 1));
    switch (random.below(14)) {
      case 0:
      case 1:
        return this.#loop(depth);
      case 2:
        return [0x02, EMPTY, ...this.#under(EMPTY, () => this.#statements(depth - 1)), END];
      case 3:
        return [
          ...this.#value(I32, depth - 1),
          0x04,
          EMPTY,
          ...this.#under(EMPTY, () => this.#statements(depth - 1)),
          ...(random.chance(2) ? [0x05, ...this.#under(EMPTY, () => this.#statements(depth - 1))] : []),
          END,
        ];
      case 4:
        return [...this.#value(I32, depth - 1), ...this.#jump(0x0d, depth)];
      case 5:
        return random.chance(3) ? this.#leave(depth) : this.#simple(depth);
      case 6:
        return !random.chance(3) ? this.#switch(depth) : this.#simple(depth);
      case 7:
        return this.#call(depth, EMPTY) ?? this.#simple(depth);
      case 8:
        return this.#bulk(depth);
      default:
        return this.#simple(depth);
    }
  }

  #simple(depth: number): number[] {
    const random = this.#random;
    const type = random.of([I32, I64]);
    switch (random.below(5)) {
      case 0:
        return [...this.#value(type, depth - 1), 0x1a];
      case 1:
        return [
          ...this.#address(),
          ...this.#value(type, depth - 1),
          random.of(STORES[type] ?? []),
          0,
          ...u32(random.below(64)),
        ];
      case 2: {
        const index = random.below(GLOBALS.length);
        return [...this.#value(GLOBALS[index] ?? I32, depth - 1), 0x24, index];
      }
      case 3:
        return [0x01];
      default: {
        const index = random.below(this.#locals.length);
        return [...this.#value(this.#locals[index] ?? I32, depth - 1), 0x21, index];
      }
    }
  }

  /** `block loop` counter++, leave where it is over; statements; perhaps again `end end`. */
  #loop(depth: number): number[] {
    const random = this.#random;
    const counter = this.#locals.length + this.#counters++;
    const inside = this.#under(EMPTY, () => this.#under(EMPTY, () => this.#statements(depth - 1)));
    const again = !random.chance(5)
      ? [...this.#under(EMPTY, () => this.#under(EMPTY, () => this.#value(I32, 1))), 0x0d, 0]
      : [0x0c, 0];
    return [
      0x41,
      0,
      0x21,
      ...u32(counter),
      0x02,
      EMPTY,
      0x03,
      EMPTY,
      0x20,
      ...u32(counter),
      0x41,
      1,
      0x6a,
      0x22,
      ...u32(counter),
      0x41,
      ...s32(2 + random.below(6)),
      0x4b,
      0x0d,
      1,
      ...inside,
      ...again,
      END,
      END,
    ];
  }

  /** An unconditional way out, and whatever stands behind it. */
  #leave(depth: number): number[] {
    const random = this.#random;
    const way = random.below(10);
    const { result } = this.#signature;
    const out =
      way === 0
        ? [0x00]
        : way < 4
          ? [...(result === EMPTY ? [] : this.#value(result, 1)), 0x0f]
          : this.#jump(0x0c, depth);
    return [
      ...out,
      ...(random.chance(2) ? this.#statement(0) : []),
      ...(random.chance(5) ? [0x6a, 0x1a] : []),
    ];
  }

  /** br or br_if to a label of no type, or with a value over some others that it leaves behind. */
  #jump(opcode: number, depth: number): number[] {
    const label = this.#random.below(this.#labels.length);
    const type = this.#labels[this.#labels.length - 1 - label]?.type ?? EMPTY;
    if (type === EMPTY) return [opcode, ...u32(label)];
    if (opcode === 0x0c)
      return [...this.#value(I64, 0), ...this.#value(type, depth - 1), opcode, ...u32(label)];
    // The condition is already there, and belongs above the value.
    const condition = this.#locals.length + this.#counters++;
    return [
      0x21,
      ...u32(condition),
      ...this.#value(type, 0),
      0x20,
      ...u32(condition),
      opcode,
      ...u32(label),
      0x1a,
    ];
  }

  #switch(depth: number): number[] {
    const random = this.#random;
    const plain = this.#labels.flatMap(({ type }, index) =>
      type === EMPTY ? [this.#labels.length - 1 - index] : [],
    );
    // In blocks of their own, so that there is always a label of no type, and what follows is reached.
    const targets = Array.from({ length: random.below(5) }, () =>
      random.of([0, 1, ...plain.map((label) => label + 2)]),
    );
    const index = this.#under(EMPTY, () => this.#under(EMPTY, () => this.#value(I32, 1)));
    return [
      0x02,
      EMPTY,
      0x02,
      EMPTY,
      ...index,
      ...(!random.chance(5) ? [0x41, 7, 0x71] : []),
      0x0e,
      ...vec(targets.map((target) => u32(target))),
      ...u32(random.below(2)),
      END,
      ...this.#under(EMPTY, () => this.#statements(depth - 1)),
      END,
    ];
  }

  #bulk(depth: number): number[] {
    const random = this.#random;
    const size = [...this.#value(I32, depth - 1), 0x41, ...s32(random.of([0, 15, 1023])), 0x71];
    return random.chance(2)
      ? [...this.#address(), ...this.#value(I32, 0), ...size, 0xfc, 0x0b, 0]
      : [...this.#address(), ...this.#address(), ...size, 0xfc, 0x0a, 0, 0];
  }

  /** Null where no function behind this one has that result. */
  #call(depth: number, result: number): number[] | null {
    const random = this.#random;
    const fits = (index: number) =>
      index > this.#index && this.#signatureOf(this.#types[index] ?? 0).result === result;
    const callees = this.#types.map((_, index) => index).filter(fits);
    if (callees.length === 0) return null;
    const callee = random.of(callees);
    const type = this.#types[callee] ?? 0;
    const given = this.#signatureOf(type).params.flatMap((param) => this.#value(param, depth - 1));
    const place = this.#table.indexOf(callee);
    if (place < 0 || random.chance(2)) return [...given, 0x10, ...u32(callee)];
    // Now and then past the table, or an element of another type.
    const index = random.chance(30) ? random.below(this.#table.length + 2) : place;
    return [...given, 0x41, ...s32(index), 0x11, ...u32(type), 0];
  }

  #value(type: number, depth: number): number[] {
    const random = this.#random;
    this.#size++;
    if (depth <= 0 || this.#size > 700) return this.#leaf(type);
    switch (random.below(12)) {
      case 0:
        return [...this.#value(type, depth - 1), random.of(UNARY[type] ?? [])];
      case 1: {
        const operand = random.of([I32, I64]);
        if (type === I64) return [...this.#value(I32, depth - 1), random.of([0xac, 0xad])];
        if (random.chance(5)) return [...this.#value(I64, depth - 1), 0xa7];
        return [
          ...this.#value(operand, depth - 1),
          ...this.#value(operand, depth - 1),
          random.of(COMPARISONS[operand] ?? []),
        ];
      }
      case 2:
        return [...this.#address(), random.of(LOADS[type] ?? []), 0, ...u32(random.below(64))];
      case 3:
        return [
          ...this.#value(type, depth - 1),
          ...this.#value(type, depth - 1),
          ...this.#value(I32, depth - 1),
          0x1b,
        ];
      case 4:
        return [
          ...this.#value(I32, depth - 1),
          0x04,
          type,
          ...this.#under(type, () => this.#value(type, depth - 1)),
          0x05,
          ...this.#under(type, () => [...this.#statement(depth - 1), ...this.#value(type, depth - 1)]),
          END,
        ];
      case 5:
        return [
          0x02,
          type,
          ...this.#under(type, () => [...this.#statement(depth - 1), ...this.#value(type, depth - 1)]),
          END,
        ];
      case 6:
        return this.#call(depth, type) ?? this.#leaf(type);
      case 7:
        if (type === I32 && random.chance(5)) return [...this.#value(I32, depth - 1), 0x41, 1, 0x71, 0x40, 0];
        return type === I32 ? [0x3f, 0] : this.#leaf(type);
      case 8: {
        const index = this.#locals.indexOf(type);
        return index < 0 ? this.#leaf(type) : [...this.#value(type, depth - 1), 0x22, index];
      }
      default: {
        const operation = random.below(15);
        // Not always, but mostly, a divisor other than 0.
        const odd =
          operation >= 3 && operation <= 6 && !random.chance(10)
            ? [type === I32 ? 0x41 : 0x42, 1, type === I32 ? 0x72 : 0x84]
            : [];
        return [
          ...this.#value(type, depth - 1),
          ...this.#value(type, depth - 1),
          ...odd,
          (BINARY[type] ?? 0) + operation,
        ];
      }
    }
  }

  #leaf(type: number): number[] {
    const random = this.#random;
    const choice = random.below(4);
    if (choice === 0) {
      const index = random.below(this.#locals.length);
      if (this.#locals[index] === type) return [0x20, index];
    }
    if (choice === 1) {
      const index = random.below(GLOBALS.length);
      if (GLOBALS[index] === type) return [0x23, index];
    }
    const value = random.chance(2) ? random.of(INTERESTING) : BigInt(random.below(2 ** 32));
    return type === I32
      ? [0x41, ...s32(Number(BigInt.asIntN(32, value)))]
      : [0x42, ...s64(BigInt.asIntN(64, value))];
  }

  /** Within the first page, but for one in fifty. */
  #address(): number[] {
    return [...this.#leaf(I32), ...(!this.#random.chance(50) ? [0x41, ...s32(0xffff), 0x71] : [])];
  }

  #under(type: number, write: () => number[]): number[] {
    this.#labels.push({ type });
    const code = write();
    this.#labels.pop();
    return code;
  }
}
