/** One more than each limit, and the files that cost a careless parser its memory or its stack. */
import {
  body,
  custom,
  END,
  funcType,
  I32,
  I64,
  policyBytes,
  policyWithCode,
  SECTION,
  section,
  u32,
  vec,
} from "../../harness/wasm-bytes.ts";
import { type RefusedModule, refused } from "./module.ts";

const times = <T>(count: number, item: T): T[] => Array<T>(count).fill(item);
const TYPE = funcType([], [I32]);
const EVALUATE = body([0x41, 0, END]);
const VOID_TYPES = section(SECTION.type, vec([TYPE, funcType([], [])]));

/** `evaluate` and `count` functions beside it, each with this body. */
const functions = (count: number, code: number[], params: number[] = []): Uint8Array =>
  policyBytes({
    type: section(SECTION.type, vec([TYPE, funcType(params, [])])),
    function: section(SECTION.function, vec([[0], ...times(count, [1])])),
    code: section(SECTION.code, vec([EVALUATE, ...times(count, code)])),
  });
const nested = (depth: number) =>
  policyWithCode([...times(depth, [0x02, 0x40]).flat(), ...times(depth, END), 0x41, 0]);
const brTable = (targets: number, tables = 1) =>
  policyWithCode([
    0x02,
    0x40,
    ...times(tables, [0x41, 0, 0x0e, ...u32(targets), ...times(targets, 0), 0]).flat(),
    END,
    0x41,
    0,
  ]);
const memory = (limits: number[]) => policyBytes({ memory: section(SECTION.memory, vec([limits])) });
const table = (limits: number[]) => policyBytes({ table: section(SECTION.table, vec([[0x70, ...limits]])) });

export const LIMITS: readonly RefusedModule[] = [
  refused("a file of 1 MiB and one", "MODULE_TOO_LARGE", () => {
    const rest = 1024 * 1024 + 1 - policyBytes().length;
    return policyBytes({}, custom("pad", times(rest - 8, 0)));
  }),
  refused("513 types", "LIMIT", () => policyBytes({ type: section(SECTION.type, vec(times(513, TYPE))) })),
  refused("5,001 functions", "LIMIT", () => functions(5_000, body([END]))),
  refused("5,000 functions of 32 parameters", "LIMIT", () => functions(4_999, body([END]), times(32, I64))),
  refused("33 parameters", "LIMIT", () => functions(1, body([END]), times(33, I32))),
  refused("513 locals", "LIMIT", () => functions(1, body([END], [[513, I32]]))),
  refused("513 locals in 513 runs", "LIMIT", () => functions(1, body([END], times(513, [1, I32] as const)))),
  refused("50,000 locals in a function", "LIMIT", () => functions(1, body([END], [[50_000, I64]]))),
  refused("51,200 locals in all", "LIMIT", () => functions(100, body([END], [[512, I64]]))),
  refused("257 globals", "LIMIT", () =>
    policyBytes({ global: section(SECTION.global, vec(times(257, [I32, 1, 0x41, 0, END]))) }),
  ),
  refused("a body over 128 KiB", "LIMIT", () => policyWithCode([...times(131_072, 0x01), 0x41, 0])),
  refused("500,001 instructions", "LIMIT", () => functions(5, body([...times(100_001, 0x01), END]))),
  refused("nesting of 257", "LIMIT", () => nested(257)),
  refused("nesting of 43,000", "LIMIT", () => nested(43_000)),
  refused("nesting of 65,000 loops, none closed", "LIMIT", () =>
    functions(1, body(times(65_000, [0x03, 0x40]).flat())),
  ),
  refused("a br_table of 1,025", "LIMIT", () => brTable(1_025)),
  refused("a br_table that claims 2^20", "LIMIT", () =>
    policyWithCode([0x02, 0x40, 0x41, 0, 0x0e, ...u32(2 ** 20), 0, END, 0x41, 0]),
  ),
  refused("a br_table that claims 2^32 - 1", "LIMIT", () =>
    policyWithCode([0x02, 0x40, 0x41, 0, 0x0e, ...u32(2 ** 32 - 1), 0, END, 0x41, 0]),
  ),
  refused("17 br_tables of 1,024", "LIMIT", () => brTable(1_024, 17)),
  refused("a table of 4,097", "LIMIT", () => table([0x01, ...u32(4_097), ...u32(4_097)])),
  refused("8,193 elements in three segments", "LIMIT", () =>
    policyBytes({
      table: section(SECTION.table, vec([[0x70, 1, ...u32(4_096), ...u32(4_096)]])),
      element: section(
        SECTION.element,
        vec([4_096, 4_096, 1].map((count) => [0, 0x41, 0, END, ...vec(times(count, [0]))])),
      ),
    }),
  ),
  refused("a table of 2^32 - 1", "LIMIT", () => table([0x01, ...u32(2 ** 32 - 1), ...u32(2 ** 32 - 1)])),
  refused("a memory of 65 pages", "MEMORY_PAGES", () => memory([0x00, 65])),
  refused("a memory of 65,537 pages", "INVALID", () => memory([0x00, ...u32(65_537)])),
  refused("a memory smaller than the manifest wants", "MEMORY_PAGES", () => memory([0x01, 1, 1])),
  refused("1,025 data segments", "LIMIT", () =>
    policyBytes({ data: section(SECTION.data, vec(times(1_025, [0, 0x41, 0, END, 0]))) }),
  ),
  refused("a data segment that claims 2^32 - 1 bytes", "MALFORMED", () =>
    policyBytes({ data: section(SECTION.data, [1, 0, 0x41, 0, END, ...u32(2 ** 32 - 1)]) }),
  ),
  // 47 s of V8's baseline compiler, with no fuel to stop it, before there was a limit.
  refused("6 functions of 16,000 branches over 24,000 operands", "LIMIT", () =>
    functions(
      6,
      body(
        [...times(24_000, [0x20, 0]).flat(), ...times(16_000, [0x20, 0, 0x04, 0x40, END]).flat(), 0x0f, END],
        [[1, I32]],
      ),
    ),
  ),
  refused("8,300 branches over 512 locals", "LIMIT", () =>
    functions(1, body([...times(8_300, [0x20, 0, 0x04, 0x40, END]).flat(), END], [[512, I32]])),
  ),
  refused("8,300 calls over 512 operands", "LIMIT", () =>
    functions(1, body([...times(512, [0x41, 1]).flat(), ...times(8_300, [0x10, 1]).flat(), 0x0f, END])),
  ),
  refused("160,000 loops, which metering makes far larger", "METERED_TOO_LARGE", () =>
    policyBytes({
      type: VOID_TYPES,
      // So many that the meter's own globals have numbers of two bytes.
      global: section(SECTION.global, vec(times(200, [I32, 1, 0x41, 0, END]))),
      function: section(SECTION.function, vec([[0], ...times(8, [1])])),
      code: section(
        SECTION.code,
        vec([EVALUATE, ...times(8, body([...times(20_000, [0x03, 0x40, 0x0c, 0, END]).flat(), END]))]),
      ),
    }),
  ),
];

/** At the limits, not over them: admitted, whatever they do. */
export const AT_THE_LIMITS: readonly { readonly name: string; readonly bytes: () => Uint8Array }[] = [
  { name: "512 types", bytes: () => policyBytes({ type: section(SECTION.type, vec(times(512, TYPE))) }) },
  { name: "5,000 functions", bytes: () => functions(4_999, body([END])) },
  {
    name: "32 parameters and 512 locals",
    bytes: () => functions(1, body([END], [[512, I32]]), times(32, I32)),
  },
  { name: "625 functions of 32 parameters", bytes: () => functions(624, body([END]), times(32, I64)) },
  { name: "nesting of 256", bytes: () => nested(255) },
  { name: "15 br_tables of 1,024", bytes: () => brTable(1_024, 15) },
  { name: "a table of 4,096", bytes: () => table([0x01, ...u32(4_096), ...u32(4_096)]) },
  { name: "a memory of 64 pages", bytes: () => memory([0x00, 64]) },
  {
    name: "1,024 data segments",
    bytes: () => policyBytes({ data: section(SECTION.data, vec(times(1_024, [0, 0x41, 0, END, 0]))) }),
  },
];
