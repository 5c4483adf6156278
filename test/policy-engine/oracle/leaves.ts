/** Which functions are leaves (docs/design/metering.md), found without the engine's validator. */
import {
  FRAME_WORDS,
  LEAF_FRAME_WORDS_MAX,
  LEAF_INSTRUCTIONS_MAX,
} from "../../../core/policy/wasm/profile.ts";
import type { Decoded, FunctionBody, Instruction } from "./decode.ts";

export function isLeaf(module: Decoded, body: FunctionBody): boolean {
  if (body.code.length > LEAF_INSTRUCTIONS_MAX) return false;
  if (body.code.some(({ name }) => /^(loop|call|call_indirect)$/.test(name))) return false;
  const params = module.types[body.type]?.params.length ?? 0;
  const locals = body.locals.reduce((count, [run]) => count + run, params);
  return locals + greatestHeight(module, body) + FRAME_WORDS <= LEAF_FRAME_WORDS_MAX;
}

/** How many operands lie there at most. In unreachable code an operand that is wanted and not there counts for none. */
function greatestHeight(module: Decoded, body: FunctionBody): number {
  const open = [{ floor: 0, results: module.types[body.type]?.results.length ?? 0 }];
  let height = 0;
  let greatest = 0;
  for (const instruction of body.code) {
    const { name, args } = instruction;
    const block = open.at(-1);
    if (block === undefined) break;
    const [takes, gives] = effectOf(instruction);
    height = Math.max(block.floor, height - takes) + gives;
    if (name === "block" || name === "if") open.push({ floor: height, results: args[0] === 0x40 ? 0 : 1 });
    else if (name === "else") height = block.floor;
    else if (name === "end") {
      height = block.floor + block.results;
      open.pop();
    } else if (/^(br|br_table|return|unreachable)$/.test(name)) height = block.floor;
    greatest = Math.max(greatest, height);
  }
  return greatest;
}

/** Operands taken and given, where the block's own floor does not decide it. */
function effectOf({ name }: Instruction): readonly [number, number] {
  if (/^(local\.get|global\.get|memory\.size|i(32|64)\.const)$/.test(name)) return [0, 1];
  if (/^(drop|local\.set|global\.set|if|br_if|br_table)$/.test(name)) return [1, 0];
  if (/^memory\.(fill|copy)$/.test(name)) return [3, 0];
  if (name === "select") return [3, 1];
  if (/\.store/.test(name)) return [2, 0];
  if (/\.(eqz|clz|ctz|popcnt|load\w*|extend\w*|wrap\w*)$|^(memory\.grow|local\.tee)$/.test(name))
    return [1, 1];
  return /^i(32|64)\./.test(name) ? [2, 1] : [0, 0];
}
