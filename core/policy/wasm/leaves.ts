/**
 * Leaves: small functions without loops and calls. They are charged by their callers, as if they stood there, and get
 * no code of ours: it would be most of what they do, and keep engines from inlining them. No cycle consists of leaves
 * only, so none escapes; and there is one leaf's frame at most, above those that are counted.
 */
import type { Module } from "./model.ts";
import { OP } from "./opcodes.ts";
import { LEAF_FRAME_WORDS_MAX, LEAF_INSTRUCTIONS_MAX } from "./profile.ts";

export const isLeaf = ({ bodies, code }: Module, index: number, words: number): boolean => {
  const body = bodies[index];
  if (body === undefined || words > LEAF_FRAME_WORDS_MAX) return false;
  if (body.last - body.first >= LEAF_INSTRUCTIONS_MAX) return false;
  for (let row = body.first; row <= body.last; row++) {
    const op = code.opcode[row];
    if (op === OP.loop || op === OP.call || op === OP.callIndirect) return false;
  }
  return true;
};
