/** Policies that an engine has to compile, or to set up frames for, out of proportion to what runs. */
import {
  body,
  EMPTY,
  END,
  funcType,
  I32,
  I64,
  policyBytes,
  SECTION,
  s32,
  section,
  u32,
  vec,
} from "../../harness/wasm-bytes.ts";
import { type AdmittedModule, stopped } from "./module.ts";

export const COMPILING: readonly AdmittedModule[] = [
  stopped("490,000 instructions, all of them run", "POLICY_NO_OUTPUT", () =>
    // Bodies of 128 KiB: i64 arithmetic over eight locals, which optimising compilers take longest for.
    bareFunctions(
      10,
      body([...Array(9_700).fill([0x20, 0, 0x20, 1, 0x7e, 0x22, 2, 0x21, 1]).flat(), END], [[8, I64]]),
    ),
  ),
  stopped("3,500 functions with 16 blocks each, all called", "POLICY_NO_OUTPUT", () =>
    bareFunctions(3_500, body([...Array(16).fill([0x02, EMPTY, 0x41, 1, 0x0d, 0, END]).flat(), END])),
  ),
  stopped("20,000 parameters, all passed", "POLICY_NO_OUTPUT", () =>
    bareFunctions(625, body([END]), Array(32).fill(I64)),
  ),
  stopped("50,000 locals, all zeroed", "POLICY_NO_OUTPUT", () =>
    bareFunctions(97, body([0x03, EMPTY, END, END], [[512, I64]])),
  ),
  stopped("512 locals at 4,000 branches", "POLICY_NO_OUTPUT", () =>
    // Constants: each branch writes them all to where the other ways expect them.
    bareFunctions(
      1,
      body(
        [
          ...Array.from({ length: 512 }, (_, local) => [0x41, 1, 0x21, ...u32(local)]).flat(),
          ...Array(4_000).fill([0x20, 0, 0x04, EMPTY, END]).flat(),
          END,
        ],
        [[512, I32]],
      ),
    ),
  ),
  stopped("80 branches over 24,000 operands", "POLICY_NO_OUTPUT", () =>
    bareFunctions(
      1,
      body(
        [
          ...Array(24_000).fill([0x20, 0]).flat(),
          ...Array(80).fill([0x20, 0, 0x04, EMPTY, END]).flat(),
          0x0f,
          END,
        ],
        [[1, I32]],
      ),
    ),
  ),
  stopped("250 br_tables under 250 blocks", "POLICY_NO_OUTPUT", () =>
    bareFunctions(
      1,
      body([
        ...Array(250).fill([0x02, EMPTY]).flat(),
        ...Array.from({ length: 250 }, (_, depth) => [
          ...[
            0x41,
            ...s32(depth),
            0x0e,
            ...vec(Array.from({ length: 60 }, (_, i) => u32((i * 7) % (250 - depth)))),
            0,
          ],
          END,
        ]).flat(),
        END,
      ]),
    ),
  ),
];

/** `evaluate` calls each of `count` functions with this body once, and answers nothing. */
function bareFunctions(count: number, code: number[], params: number[] = []): Uint8Array {
  const given = params.flatMap(() => [0x42, 1]);
  const calls = Array.from({ length: count }, (_, index) => [...given, 0x10, ...u32(index + 1)]).flat();
  return policyBytes({
    type: section(SECTION.type, vec([funcType([], [I32]), funcType(params, [])])),
    function: section(SECTION.function, vec([[0], ...Array(count).fill([1])])),
    code: section(SECTION.code, vec([body([...calls, 0x41, 0, END]), ...Array(count).fill(code)])),
  });
}
