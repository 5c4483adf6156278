/**
 * Bytes to model. https://webassembly.github.io/spec/core/binary/modules.html, held to the profile's limits.
 * Iterative throughout: no input can make it recurse. Imports are checked on the way, exports in interface.ts and the
 * types of instructions in validate.ts.
 */
import { decodeBodies, newCode } from "./decode-code.ts";
import {
  dataSegment,
  elementSegment,
  exportEntry,
  functionType,
  global,
  importEntry,
  memoryType,
  tableType,
  vector,
} from "./decode-items.ts";
import { ModuleRefused } from "./fault.ts";
import { checkImports } from "./interface.ts";
import type { Module } from "./model.ts";
import { LIMITS } from "./profile.ts";
import type { Reader } from "./reader.ts";

/** In the order in which sections stand; DataCount (12) stands before the code. */
const SECTIONS: readonly (readonly [number, string])[] = [
  [1, "type"],
  [2, "import"],
  [3, "function"],
  [4, "table"],
  [5, "memory"],
  [6, "global"],
  [7, "export"],
  [8, "start"],
  [9, "element"],
  [12, "data count"],
  [10, "code"],
  [11, "data"],
];

type Draft = { -readonly [Name in keyof Module]: Module[Name] } & {
  dataCount: number | null;
  /** Byte of the first float in a function's type. */
  floatAt: number | null;
};

/** The contents of the last custom section `name`: function names, for tools. */
export interface Decoded {
  readonly module: Module;
  readonly names: Uint8Array | null;
}

export function decode(reader: Reader): Decoded {
  if (reader.bytes.length > LIMITS.RAW_BYTES_MAX)
    reader.refuse(
      "MODULE_TOO_LARGE",
      `${reader.bytes.length} bytes; the limit is ${LIMITS.RAW_BYTES_MAX}.`,
      LIMITS.RAW_BYTES_MAX,
    );
  if ([0x00, 0x61, 0x73, 0x6d].some((byte) => reader.byte() !== byte))
    reader.refuse("MALFORMED", "The bytes do not begin with \\0asm.", 0);
  if ([1, 0, 0, 0].some((byte) => reader.byte() !== byte))
    reader.refuse("NOT_VERSION_1", "The version is not 1.", 4);

  const draft: Draft = {
    types: [],
    imports: [],
    functions: [],
    table: null,
    memory: null,
    globals: [],
    exports: [],
    start: null,
    elements: [],
    dataCount: null,
    floatAt: null,
    data: [],
    code: newCode(0),
    bodies: [],
    codeBytes: 0,
  };
  let names: Uint8Array | null = null;
  let rank = -1;
  const size = reader.bytes.length;
  while (reader.at < size) {
    const begin = reader.at;
    const id = reader.byte();
    const length = reader.u32();
    if (length > size - reader.at)
      reader.refuse("SECTION_SIZE", `A section of ${length} bytes does not fit the module.`, begin);
    const end = reader.at + length;
    reader.end = end;
    if (id === 0) {
      reader.section = "custom";
      if (reader.name() === "name") names = reader.bytes.subarray(reader.at, end);
      reader.at = end;
    } else {
      const place = SECTIONS.findIndex(([section]) => section === id);
      if (id === 13) reader.refuse("EXCEPTIONS", "A section of exception tags.", begin);
      if (place < 0) reader.refuse("MALFORMED", `There is no section ${id}.`, begin);
      reader.section = SECTIONS[place]?.[1] ?? null;
      if (place <= rank)
        reader.refuse(
          "SECTION_ORDER",
          "The section stands twice, or after one that it should precede.",
          begin,
        );
      rank = place;
      if (id > 2) refuseFloats(draft);
      decodeSection(reader, id, draft);
      if (reader.at !== end)
        reader.refuse("SECTION_SIZE", `The section ends ${end - reader.at} bytes before its size says.`);
    }
    reader.section = null;
    reader.end = size;
  }
  refuseFloats(draft);
  if (draft.bodies.length !== draft.functions.length)
    reader.refuse("MALFORMED", `${draft.functions.length} functions, ${draft.bodies.length} bodies.`);
  if (draft.dataCount !== null && draft.dataCount !== draft.data.length)
    reader.refuse("MALFORMED", `${draft.dataCount} data segments announced, ${draft.data.length} there.`);
  return { module: draft, names };
}

function refuseFloats({ floatAt }: Draft): void {
  if (floatAt !== null)
    throw new ModuleRefused("FLOAT", "A function takes or returns a float.", {
      section: "type",
      offset: floatAt,
    });
}

function decodeSection(reader: Reader, id: number, draft: Draft): void {
  switch (id) {
    case 1:
      draft.types = vector(reader, LIMITS.TYPES_MAX, "types", (from) =>
        functionType(from, (offset) => {
          draft.floatAt ??= offset;
        }),
      );
      return;
    case 2:
      draft.imports = vector(reader, LIMITS.IMPORTS_MAX, "imports", importEntry);
      // Judged before all that follows from them: what an author wrote is an import, not the float that it returns.
      checkImports(draft);
      return;
    case 3:
      draft.functions = vector(reader, LIMITS.FUNCTIONS_MAX, "functions", (from) => from.u32());
      return;
    case 4:
      draft.table = vector(reader, 1, "tables", tableType)[0] ?? null;
      return;
    case 5:
      draft.memory = vector(reader, 1, "memories", memoryType)[0] ?? null;
      return;
    case 6:
      draft.globals = vector(reader, LIMITS.GLOBALS_MAX, "globals", global);
      return;
    case 7:
      draft.exports = vector(reader, LIMITS.EXPORTS_MAX, "exports", exportEntry);
      return;
    case 8:
      draft.start = reader.u32();
      return;
    case 9:
      draft.elements = vector(reader, LIMITS.ELEMENT_SEGMENTS_MAX, "element segments", elementSegment);
      return;
    case 12:
      draft.dataCount = reader.u32();
      return;
    case 10: {
      const begin = reader.at;
      draft.code = newCode(Math.min(reader.end - begin, LIMITS.INSTRUCTIONS_MAX));
      draft.bodies = decodeBodies(reader, draft, draft.code);
      draft.codeBytes = reader.at - begin;
      return;
    }
    case 11:
      draft.data = vector(reader, LIMITS.DATA_SEGMENTS_MAX, "data segments", dataSegment);
  }
}
