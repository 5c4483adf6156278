/**
 * Random modules of the profile: valid by construction, nearly all of them terminating, with every kind of control flow.
 * Loops count in locals that nothing else writes, and functions call only those behind them.
 */
import {
  EMPTY,
  END,
  exportOf,
  funcType,
  I32,
  policyBytes,
  SECTION,
  s32,
  section,
  u32,
  vec,
} from "../../harness/wasm-bytes.ts";
import { FunctionWriter, GLOBALS, SIGNATURES } from "./random-body.ts";
import { seeded } from "./seeded.ts";

const FIRST_PAGES = 2;
const PAGES_MAX = 5;

export interface RandomModule {
  /** As a policy. */
  readonly policy: Uint8Array;
  /** The same, with its mutable globals exported as g0, g1, … */
  readonly open: Uint8Array;
}

export function randomModule(seed: number): RandomModule {
  const random = seeded(seed);
  const count = 2 + random.below(5);
  // `evaluate` is function 0.
  const types = Array.from({ length: count }, (_, index) =>
    index === 0 ? 0 : random.below(SIGNATURES.length),
  );
  const table = Array.from({ length: 1 + random.below(8) }, () => random.below(count));
  const bodies = types.map((_, index) => new FunctionWriter(random, types, table, index).write());
  const sections = {
    type: section(
      SECTION.type,
      vec(SIGNATURES.map(({ params, result }) => funcType(params, result === EMPTY ? [] : [result]))),
    ),
    function: section(SECTION.function, vec(types.map((type) => u32(type)))),
    table: section(SECTION.table, vec([[0x70, 0x01, ...u32(table.length + 1), ...u32(table.length + 1)]])),
    memory: section(SECTION.memory, vec([[0x01, FIRST_PAGES, PAGES_MAX]])),
    global: section(
      SECTION.global,
      vec(GLOBALS.map((type) => [type, 1, type === I32 ? 0x41 : 0x42, ...s32(random.below(2 ** 32)), END])),
    ),
    element: section(SECTION.element, vec([[0, 0x41, 0, END, ...vec(table.map((index) => u32(index)))]])),
    code: section(SECTION.code, vec(bodies)),
    data: section(SECTION.data, vec([[0, 0x41, ...s32(random.below(1000)), END, 16, ...random.bytes(16)]])),
  };
  const exported = [exportOf("memory", 2, 0), exportOf("evaluate", 0, 0)];
  const globals = GLOBALS.map((_, index) => exportOf(`g${index}`, 3, index));
  return {
    policy: policyBytes(sections),
    open: policyBytes({ ...sections, export: section(SECTION.export, vec([...exported, ...globals])) }),
  };
}
