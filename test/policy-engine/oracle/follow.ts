/** Follows a trace through the module that it is of, and says which function entries, loop headers and instructions ran. */
import type { Decoded, FunctionBody, Instruction } from "./decode.ts";
import { alignListing, type Trace, type TraceLine } from "./trace.ts";

export interface Visitor {
  /** By a call instruction that names it, or through the table or from outside. */
  entered(functionIndex: number, isCalledByName: boolean): void;
  /** A loop's header, come upon from above or by a jump back: function, place of the loop. */
  looped(functionIndex: number, place: number): void;
  /** An instruction that the interpreter shows, with its last operand where one is printed. */
  ran(instruction: Instruction, lastOperand: number): void;
}

interface Label {
  readonly isLoop: boolean;
  readonly place: number;
  readonly end: number;
}

interface Frame {
  readonly index: number;
  readonly body: FunctionBody;
  readonly labels: Label[];
  at: number;
}

/** Throws where the trace and the module part ways: then one of the two was read wrongly. */
export function follow(trace: Trace, module: Decoded, entry: number, visitor: Visitor): void {
  const places = alignListing(trace, module);
  const follower = new Follower(module, visitor);
  follower.enter(entry, false);
  for (const line of trace.lines) {
    if (follower.awaitsCallee) {
      const callee = places.begins.get(line.at);
      if (callee === undefined) throw new Error(`no function begins at ${line.at}`);
      follower.enter(callee, false);
    }
    const place = places.of.get(line.at);
    if (place !== undefined) follower.step(line, place);
  }
  if (!trace.ending.startsWith("error")) follower.finish();
}

class Follower {
  /** After a call_indirect: the next line says which function it called. */
  awaitsCallee = false;
  readonly #module: Decoded;
  readonly #visitor: Visitor;
  readonly #frames: Frame[] = [];

  constructor(module: Decoded, visitor: Visitor) {
    this.#module = module;
    this.#visitor = visitor;
  }

  enter(index: number, isCalledByName: boolean): void {
    this.awaitsCallee = false;
    const body = this.#module.functions[index - this.#module.imports.length];
    if (body === undefined) throw new Error(`function ${index} has no body`);
    this.#frames.push({ index, body, labels: [], at: 0 });
    this.#visitor.entered(index, isCalledByName);
  }

  step(line: TraceLine, [functionIndex, place]: readonly [number, number]): void {
    this.#advance();
    const frame = this.#frames.at(-1);
    if (frame?.index !== functionIndex || frame.at !== place) {
      throw new Error(`${line.name} at ${functionIndex}:${place}, followed to ${frame?.index}:${frame?.at}`);
    }
    const instruction = frame.body.code[place] as Instruction; // the place comes from this body
    const operand = Number(/(\d+)\D*$/.exec(line.rest)?.[1] ?? 0);
    this.#visitor.ran(instruction, operand);
    this.#go(frame, instruction, operand);
  }

  /** The function has returned: whatever is left makes no sound. */
  finish(): void {
    this.#advance();
    if (this.#frames.length > 0) throw new Error(`the trace ends in function ${this.#frames.at(-1)?.index}`);
  }

  #go(frame: Frame, { name, args }: Instruction, operand: number): void {
    frame.at++;
    const [label = 0] = args;
    switch (name) {
      case "if": {
        const place = frame.at - 1;
        const end = frame.body.endOf.get(place) as number; // every block ends
        const otherwise = frame.body.elseOf.get(place);
        if (operand === 0 && otherwise === undefined) frame.at = end + 1;
        else {
          frame.labels.push({ isLoop: false, place, end });
          if (operand === 0 && otherwise !== undefined) frame.at = otherwise + 1;
        }
        break;
      }
      case "br_if":
        if (operand !== 0) this.#branch(frame, label);
        break;
      case "br_table":
        this.#branch(frame, args[Math.min(operand, args.length - 1)] as number); // within the list
        break;
      case "call":
        this.enter(label, true);
        break;
      case "call_indirect":
        this.awaitsCallee = true;
        break;
    }
  }

  /** To the next instruction that the interpreter shows. */
  #advance(): void {
    for (let frame = this.#frames.at(-1); frame !== undefined; frame = this.#frames.at(-1)) {
      const instruction = frame.body.code[frame.at] as Instruction; // a body ends with `end`, which leaves it
      const place = frame.at++;
      switch (instruction.name) {
        case "nop":
          break;
        case "block":
        case "loop": {
          const isLoop = instruction.name === "loop";
          frame.labels.push({ isLoop, place, end: frame.body.endOf.get(place) as number });
          if (isLoop) this.#visitor.looped(frame.index, place);
          break;
        }
        case "else":
          frame.at = frame.body.endOf.get(place) as number; // every block ends
          break;
        case "end":
          if (frame.labels.pop() === undefined) this.#frames.pop();
          break;
        case "br":
          this.#branch(frame, instruction.args[0] ?? 0);
          break;
        case "return":
          this.#frames.pop();
          break;
        default:
          frame.at = place;
          return;
      }
    }
  }

  #branch(frame: Frame, depth: number): void {
    const target = frame.labels[frame.labels.length - 1 - depth];
    if (target === undefined) {
      this.#frames.pop();
      return;
    }
    if (target.isLoop) {
      frame.labels.length -= depth;
      frame.at = target.place + 1;
      this.#visitor.looped(frame.index, target.place);
    } else {
      frame.labels.length -= depth + 1;
      frame.at = target.end + 1;
    }
  }
}
