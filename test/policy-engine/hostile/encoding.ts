/** Files that are no well-formed module: lies about sizes, numbers too long, sections out of order. */
import {
  type Bytes,
  body,
  custom,
  END,
  exportOf,
  funcType,
  HEADER,
  I32,
  moduleOf,
  paddedU32,
  policyBytes,
  policyWithCode,
  SECTION,
  section,
  text,
  u32,
  vec,
} from "../../harness/wasm-bytes.ts";
import { type RefusedModule, refused } from "./module.ts";

const TYPE = section(SECTION.type, vec([funcType([], [I32])]));
const CODE_CONTENT = vec([body([0x41, 0x00, END])]);
const bytes = (...values: Bytes) => Uint8Array.from(values);
/** Sections below as they are told, without the ordering that `policyBytes` gives them. */
const cut = (module: Uint8Array, from: number, to = module.length) => module.subarray(from, to);
const plain = policyBytes();
const constBody = (number: Bytes) => policyWithCode([0x41, ...number]);

const HEADERS = [
  refused("an empty file", "MALFORMED", () => bytes()),
  refused("text", "MALFORMED", () => new TextEncoder().encode("(module)")),
  refused("half a header", "MALFORMED", () => bytes(...HEADER.slice(0, 6))),
  refused("version 2", "NOT_VERSION_1", () => bytes(...HEADER.slice(0, 4), 2, 0, 0, 0)),
  refused("a component", "NOT_VERSION_1", () => bytes(...HEADER.slice(0, 4), 0x0d, 0, 1, 0)),
  refused("a header behind a byte order mark", "MALFORMED", () => bytes(0xef, 0xbb, 0xbf, ...plain)),
];

const SECTIONS = [
  refused("an unknown section", "MALFORMED", () => policyBytes({}, section(14, [0]))),
  refused("section 255", "MALFORMED", () => policyBytes({}, section(255, []))),
  refused("two type sections", "SECTION_ORDER", () => policyBytes({ import: TYPE })),
  refused("two code sections", "SECTION_ORDER", () => policyBytes({}, section(SECTION.code, CODE_CONTENT))),
  refused("exports before the memory", "SECTION_ORDER", () =>
    policyBytes({
      memory: section(SECTION.export, vec([exportOf("memory", 2, 0), exportOf("evaluate", 0, 0)])),
      export: section(SECTION.memory, vec([[0x00, 1]])),
    }),
  ),
  refused("data before code", "SECTION_ORDER", () => policyBytes({ dataCount: section(SECTION.data, [0]) })),
  refused("a data count behind the code", "SECTION_ORDER", () =>
    policyBytes({ data: section(SECTION.dataCount, [0]) }),
  ),
  refused("a section that claims a byte more", "SECTION_SIZE", () =>
    policyBytes({ memory: section(SECTION.memory, vec([[0x00, 1]]), [4]) }),
  ),
  refused("a section that claims a byte less", "MALFORMED", () =>
    policyBytes({ type: section(SECTION.type, vec([funcType([], [I32])]), [4]) }),
  ),
  refused("a section with a byte behind its content", "SECTION_SIZE", () =>
    policyBytes({ memory: section(SECTION.memory, [...vec([[0x00, 1]]), 0]) }),
  ),
  refused("a last section longer than the file", "SECTION_SIZE", () =>
    policyBytes({ code: section(SECTION.code, CODE_CONTENT, u32(1000)) }),
  ),
  refused("a section of 4 GiB", "SECTION_SIZE", () =>
    policyBytes({ code: section(SECTION.code, CODE_CONTENT, u32(0xffffffff)) }),
  ),
  refused("bytes behind the end", "MALFORMED", () => policyBytes({}, [0x2a])),
  refused("cut in the middle of the code", "SECTION_SIZE", () => cut(plain, 0, plain.length - 2)),
  refused("cut behind a section's id", "MALFORMED", () => bytes(...HEADER, 1)),
  refused("functions without code", "MALFORMED", () => policyBytes({ code: null })),
  refused("code without functions", "MALFORMED", () => policyBytes({ function: null })),
  refused("more functions than code", "MALFORMED", () =>
    policyBytes({ function: section(SECTION.function, vec([[0], [0]])) }),
  ),
  refused("a body that claims a byte more", "SECTION_SIZE", () =>
    policyBytes({ code: section(SECTION.code, [1, 5, 0, 0x41, 0x00, END]) }),
  ),
  refused("a body that claims a byte less", "MALFORMED", () =>
    policyBytes({ code: section(SECTION.code, [1, 3, 0, 0x41, 0x00, END]) }),
  ),
  refused("a body of no bytes", "MALFORMED", () => policyBytes({ code: section(SECTION.code, [1, 0]) })),
  refused("a vector of 2^32 - 1 types", "LIMIT", () =>
    policyBytes({ type: section(SECTION.type, [...u32(0xffffffff), 0x60]) }),
  ),
  refused("a data count that lies", "MALFORMED", () =>
    policyBytes({
      dataCount: section(SECTION.dataCount, [2]),
      data: section(SECTION.data, [1, 0, 0x41, 0, END, 1, 7]),
    }),
  ),
  refused("a data count without data", "MALFORMED", () =>
    policyBytes({ dataCount: section(SECTION.dataCount, [1]) }),
  ),
];

const NUMBERS = [
  refused("a size of six bytes", "LEB", () =>
    policyBytes({ memory: [SECTION.memory, ...paddedU32(3, 6), 1, 0, 1] }),
  ),
  refused("a count of six bytes", "LEB", () =>
    policyBytes({ function: section(SECTION.function, [...paddedU32(1, 6), 0]) }),
  ),
  refused("an index of 33 bits", "LEB", () => policyWithCode([0x10, 0x80, 0x80, 0x80, 0x80, 0x10])),
  refused("an i32.const of six bytes", "LEB", () => constBody([0x80, 0x80, 0x80, 0x80, 0x80, 0x00])),
  refused("an i32.const whose unused bits are wrong", "LEB", () => constBody([0xff, 0xff, 0xff, 0xff, 0x4f])),
  refused("an i64.const of eleven bytes", "LEB", () =>
    policyWithCode([0x42, ...Array(10).fill(0x80), 0x00, 0x1a, 0x41, 0x00]),
  ),
  refused("an i64.const whose unused bits are wrong", "LEB", () =>
    policyWithCode([0x42, ...Array(9).fill(0xff), 0x7e, 0x1a, 0x41, 0x00]),
  ),
  refused("a number that never ends", "LEB", () => policyWithCode([0x41, ...Array(200).fill(0x80)])),
  refused("a memory offset of 33 bits", "LEB", () =>
    policyWithCode([0x41, 0, 0x28, 2, 0xff, 0xff, 0xff, 0xff, 0x1f]),
  ),
];

const NAMES = [
  refused("an export whose name is no UTF-8", "UTF8", () =>
    policyBytes({
      export: section(
        SECTION.export,
        vec([exportOf("memory", 2, 0), exportOf("evaluate", 0, 0), [2, 0xc3, 0x28, 0, 0]]),
      ),
    }),
  ),
  refused("an export with a surrogate in its name", "UTF8", () =>
    policyBytes({
      export: section(SECTION.export, vec([exportOf("memory", 2, 0), [3, 0xed, 0xa0, 0x80, 0, 0]])),
    }),
  ),
  refused("an import whose name is overlong UTF-8", "UTF8", () =>
    policyBytes({ import: section(SECTION.import, vec([[...text("env"), 2, 0xc0, 0xaf, 0, 0]])) }),
  ),
  refused("a custom section whose name is no UTF-8", "UTF8", () =>
    policyBytes({}, section(0, [2, 0xff, 0xfe])),
  ),
  refused("a custom section whose name is longer than it", "MALFORMED", () =>
    policyBytes({}, section(0, [9, 0x61])),
  ),
  refused("a name of 4 GiB", "MALFORMED", () =>
    policyBytes({ export: section(SECTION.export, [1, ...u32(0xffffffff), 0x61]) }),
  ),
];

const CODE = [
  refused("a body without end", "MALFORMED", () =>
    policyBytes({ code: section(SECTION.code, vec([body([0x41, 0x00])])) }),
  ),
  refused("an end too many", "SECTION_SIZE", () => policyWithCode([0x41, 0x00, END])),
  refused("code behind the last end", "SECTION_SIZE", () => policyWithCode([0x41, 0x00, END, 0x01])),
  refused("an else without if", "INVALID", () => policyWithCode([0x05, 0x41, 0x00])),
  refused("two elses", "INVALID", () => policyWithCode([0x41, 0, 0x04, 0x40, 0x05, 0x05, END, 0x41, 0])),
  refused("an opcode cut off", "MALFORMED", () =>
    policyBytes({ code: section(SECTION.code, vec([body([0x41])])) }),
  ),
  refused("a prefix cut off", "MALFORMED", () =>
    policyBytes({ code: section(SECTION.code, vec([body([0xfc])])) }),
  ),
  refused("locals that claim 2^32 - 1 runs", "MALFORMED", () =>
    policyBytes({ code: section(SECTION.code, vec([[8, ...u32(0xffffffff), 1, I32, END]])) }),
  ),
];

export const ENCODING: readonly RefusedModule[] = [...HEADERS, ...SECTIONS, ...NUMBERS, ...NAMES, ...CODE];

/** Also with custom sections in every place: they carry nothing, so the admitted bytes must be the same. */
export function withCustomSections(count: number): Uint8Array {
  const flood = Array.from({ length: count }, (_, index) => custom(`name${index}`, [1, 2, 3]));
  return moduleOf(...flood, plain.subarray(HEADER.length), ...flood);
}
