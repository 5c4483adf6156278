/**
 * Types of one body after the other, by the algorithm of the specification's appendix
 * (https://webassembly.github.io/spec/core/appendix/algorithm.html): a stack of operand types, a stack of open
 * blocks, and operands of unknown type after code that cannot be reached.
 */
import { ModuleRefused } from "./fault.ts";
import { type Module, typeOfFunction } from "./model.ts";
import {
  alignmentOf,
  EMPTY,
  I32,
  IMMEDIATE,
  immediateOf,
  isPlain,
  isStore,
  OP,
  OPCODES_END,
  opcodeName,
  operand1Of,
  operand2Of,
  operand3Of,
  resultOf,
} from "./opcodes.ts";
import { LIMITS } from "./profile.ts";

/** In `writes`: no store's address. */
export const NO_ADDRESS = -1;

/** An operand popped where nothing can arrive: fits every type. */
const UNKNOWN = 0;
const FRAMES_MAX = LIMITS.NESTING_MAX + 2;

/** By opcode: 1 where an engine's work is in proportion to all locals and operands. */
const MERGES = new Uint8Array(OPCODES_END);
for (const op of [
  OP.block,
  OP.loop,
  OP.if,
  OP.else,
  OP.end,
  OP.br,
  OP.brIf,
  OP.brTable,
  OP.call,
  OP.callIndirect,
])
  MERGES[op] = 1;

const nameOf = (type: number): string => (type === I32 ? "i32" : type === UNKNOWN ? "anything" : "i64");

export class BodyChecker {
  readonly #module: Module;
  #index = 0;
  #row = 0;
  #locals = new Uint8Array(LIMITS.PARAMS_MAX + LIMITS.LOCALS_MAX);
  #localCount = 0;
  /** Over all bodies so far: what LIMITS.MERGED_WORDS_MAX bounds. */
  #merged = 0;

  // An operand needs an instruction of its own, and a body has fewer of those than bytes.
  readonly #stack = new Uint8Array(LIMITS.FUNCTION_BYTES_MAX);
  /** By operand: the row that made it. */
  readonly #makers = new Uint32Array(LIMITS.FUNCTION_BYTES_MAX);
  #height = 0;
  #heightMax = 0;

  readonly #frameOp = new Uint16Array(FRAMES_MAX);
  readonly #frameResult = new Uint8Array(FRAMES_MAX);
  readonly #frameHeight = new Uint32Array(FRAMES_MAX);
  readonly #frameDead = new Uint8Array(FRAMES_MAX);
  #top = -1;

  /** By row: what Validated says. */
  readonly writes: Float64Array;

  constructor(module: Module) {
    this.#module = module;
    this.writes = new Float64Array(module.code.count).fill(NO_ADDRESS);
  }

  /** Returns the greatest operand height, or throws ModuleRefused. */
  check(index: number): number {
    const module = this.#module;
    const type = typeOfFunction(module, module.imports.length + index);
    const body = module.bodies[index];
    if (type === undefined || body === undefined) throw new RangeError(`no body ${index}`);
    this.#index = index;
    this.#locals.set(type.params);
    this.#locals.set(body.locals, type.params.length);
    this.#localCount = type.params.length + body.locals.length;
    this.#height = 0;
    this.#heightMax = 0;
    this.#top = -1;
    this.#open(OP.block, type.result);
    const { opcode } = module.code;
    for (let row = body.first; row <= body.last; row++) {
      this.#row = row;
      const op = opcode[row] as number; // in range, as are all rows of a body
      if (isPlain[op] === 1) this.#plain(op);
      else this.#special(op, row, type.result);
    }
    return this.#heightMax;
  }

  #refusal(code: "INVALID" | "TYPE_MISMATCH" | "LIMIT", message: string): ModuleRefused {
    const { code: rows, imports } = this.#module;
    return new ModuleRefused(code, `${opcodeName(rows.opcode[this.#row] ?? 0)}: ${message}`, {
      section: "code",
      functionIndex: imports.length + this.#index,
      offset: rows.offset[this.#row] ?? null,
    });
  }

  #push(type: number): void {
    this.#makers[this.#height] = this.#row;
    this.#stack[this.#height++] = type;
    if (this.#height > this.#heightMax) this.#heightMax = this.#height;
  }

  #popAny(): number {
    if (this.#height === this.#frameHeight[this.#top]) {
      if (this.#frameDead[this.#top] === 1) return UNKNOWN;
      throw this.#refusal("TYPE_MISMATCH", "an operand is missing");
    }
    return this.#stack[--this.#height] as number; // above the frame's height, so at least one there
  }

  #pop(expected: number): number {
    const type = this.#popAny();
    if (type !== expected && type !== UNKNOWN)
      throw this.#refusal("TYPE_MISMATCH", `expects ${nameOf(expected)}, finds ${nameOf(type)}`);
    return type;
  }

  #open(opcode: number, result: number): void {
    const top = ++this.#top; // within FRAMES_MAX: the decoder limits nesting
    this.#frameOp[top] = opcode;
    this.#frameResult[top] = result;
    this.#frameHeight[top] = this.#height;
    this.#frameDead[top] = 0;
  }

  /** Ends the innermost block's instructions: its result must be there, and nothing else. */
  #close(): void {
    const result = this.#frameResult[this.#top] as number; // a frame is open until the body's last row
    if (result !== EMPTY) this.#pop(result);
    if (this.#height !== this.#frameHeight[this.#top])
      throw this.#refusal("TYPE_MISMATCH", "operands are left over at the end of a block");
  }

  #die(): void {
    this.#height = this.#frameHeight[this.#top] as number; // as above
    this.#frameDead[this.#top] = 1;
  }

  /** What a branch to a label carries: the block's result, or nothing where it is a loop's header. */
  #labelType(label: number): number {
    const frame = this.#top - label;
    if (frame < 0) throw this.#refusal("INVALID", `there is no label ${label}`);
    return this.#frameOp[frame] === OP.loop ? EMPTY : (this.#frameResult[frame] as number);
  }

  #plain(op: number): void {
    const immediate = immediateOf[op] as number; // defined for every accepted opcode
    if (immediate !== IMMEDIATE.none && immediate >= IMMEDIATE.memory && immediate <= IMMEDIATE.zeroes)
      this.#checkMemory(op, immediate);
    if (isStore[op] === 1) this.#noteAddress();
    const first = operand1Of[op] as number; // as above
    if (first !== EMPTY) {
      this.#pop(first);
      const second = operand2Of[op] as number;
      if (second !== EMPTY) {
        this.#pop(second);
        const third = operand3Of[op] as number;
        if (third !== EMPTY) this.#pop(third);
      }
    }
    const result = resultOf[op] as number;
    if (result !== EMPTY) this.#push(result);
  }

  /** Below the value. Where there is none, nothing can arrive here. */
  #noteAddress(): void {
    const place = this.#height - 2;
    if (place < (this.#frameHeight[this.#top] as number)) return; // a frame is open
    const offset = (this.#module.code.b[this.#row] as number) >>> 0; // in range
    this.writes[this.#makers[place] as number] = offset; // as high as the stack is
  }

  #checkMemory(op: number, immediate: number): void {
    if (this.#module.memory === null) throw this.#refusal("INVALID", "there is no memory");
    if (immediate !== IMMEDIATE.memory) {
      this.#countMerges(1); // a call, once it is metered
      return;
    }
    const alignment = this.#module.code.a[this.#row] as number; // in range
    if (alignment > (alignmentOf[op] as number))
      throw this.#refusal("INVALID", "the alignment is larger than the access");
  }

  /** Engines note, at every place where ways part or meet, where each local and operand is. */
  #countMerges(places: number): void {
    this.#merged += places * (this.#localCount + this.#height);
    if (this.#merged > LIMITS.MERGED_WORDS_MAX)
      throw this.#refusal(
        "LIMIT",
        `the locals and operands at all branches, blocks and calls are over ${LIMITS.MERGED_WORDS_MAX}`,
      );
  }

  #special(op: number, row: number, functionResult: number): void {
    const { code } = this.#module;
    if (MERGES[op] === 1) this.#countMerges(op === OP.brTable ? (code.b[row] as number) + 1 : 1); // in range
    const a = (code.a[row] as number) >>> 0; // in range
    switch (op) {
      case OP.unreachable:
        this.#die();
        return;
      case OP.if:
        this.#pop(I32);
        this.#open(op, a);
        return;
      case OP.block:
      case OP.loop:
        this.#open(op, a);
        return;
      case OP.else: {
        if (this.#frameOp[this.#top] !== OP.if) throw this.#refusal("INVALID", "there is no if to it");
        this.#close();
        const result = this.#frameResult[this.#top--] as number; // the frame just closed
        this.#open(op, result);
        return;
      }
      case OP.end: {
        this.#close();
        const result = this.#frameResult[this.#top] as number; // the frame just closed
        if (this.#frameOp[this.#top] === OP.if && result !== EMPTY)
          throw this.#refusal("TYPE_MISMATCH", "an if with a result has no else");
        this.#top--;
        if (result !== EMPTY) this.#push(result);
        return;
      }
      case OP.br: {
        const type = this.#labelType(a);
        if (type !== EMPTY) this.#pop(type);
        this.#die();
        return;
      }
      case OP.brIf: {
        this.#pop(I32);
        const type = this.#labelType(a);
        if (type === EMPTY) return;
        this.#pop(type);
        this.#push(type);
        return;
      }
      case OP.brTable:
        this.#brTable(a, code.b[row] as number); // in range
        return;
      case OP.return:
        if (functionResult !== EMPTY) this.#pop(functionResult);
        this.#die();
        return;
      case OP.call:
        this.#call(typeOfFunction(this.#module, a));
        return;
      case OP.callIndirect:
        if (this.#module.table === null) throw this.#refusal("INVALID", "there is no table");
        this.#pop(I32);
        this.#call(this.#module.types[a]);
        return;
      case OP.drop:
        this.#popAny();
        return;
      case OP.select: {
        this.#pop(I32);
        const second = this.#popAny();
        const first = this.#popAny();
        if (first !== second && first !== UNKNOWN && second !== UNKNOWN)
          throw this.#refusal("TYPE_MISMATCH", "the two values have different types");
        this.#push(first === UNKNOWN ? second : first);
        return;
      }
      case OP.localGet:
      case OP.localSet:
      case OP.localTee: {
        if (a >= this.#localCount) throw this.#refusal("INVALID", `there is no local ${a}`);
        const type = this.#locals[a] as number; // in range: the line above
        if (op !== OP.localGet) this.#pop(type);
        if (op !== OP.localSet) this.#push(type);
        return;
      }
      case OP.globalGet:
      case OP.globalSet: {
        const global = this.#module.globals[a];
        if (global === undefined) throw this.#refusal("INVALID", `there is no global ${a}`);
        if (op === OP.globalGet) {
          this.#push(global.type);
          return;
        }
        if (!global.mutable) throw this.#refusal("INVALID", `global ${a} is constant`);
        this.#pop(global.type);
        return;
      }
      default:
        throw new RangeError(`no rule for ${opcodeName(op)}`);
    }
  }

  #brTable(first: number, count: number): void {
    const { labels } = this.#module.code;
    this.#pop(I32);
    const arity = this.#labelType(labels[first + count] ?? 0) === EMPTY ? 0 : 1;
    for (let index = first; index <= first + count; index++) {
      const type = this.#labelType(labels[index] ?? 0);
      if ((type === EMPTY ? 0 : 1) !== arity)
        throw this.#refusal("TYPE_MISMATCH", "some labels carry a value and some do not");
      // An unknown operand stays unknown: after unreachable code labels may differ in type.
      if (type !== EMPTY) this.#push(this.#pop(type));
    }
    if (arity === 1) this.#popAny();
    this.#die();
  }

  #call(type: Module["types"][number] | undefined): void {
    if (type === undefined) throw this.#refusal("INVALID", "there is no such function or type");
    for (let index = type.params.length - 1; index >= 0; index--) this.#pop(type.params[index] ?? EMPTY);
    if (type.result !== EMPTY) this.#push(type.result);
  }
}
