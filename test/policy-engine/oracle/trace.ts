/** What wabt's interpreter says that it ran: the original module, instruction by instruction. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Decoded, FunctionBody } from "./decode.ts";

/** Debian's build of wabt: another program than the npm package, by the same authors. */
export const WASM_INTERP = "/usr/bin/wasm-interp";
export const hasInterpreter = existsSync(WASM_INTERP);

/** A longer trace is not followed. */
const TRACE_BYTES_MAX = 64 * 1024 * 1024;
const TRACE_MS_MAX = 10_000;

export interface TraceLine {
  /** Where it stands in the interpreter's own code. */
  readonly at: number;
  readonly name: string;
  /** Whatever is printed behind the name; its last number is an operand. */
  readonly rest: string;
}

export interface Trace {
  /** The interpreter's own code for the whole module, in order. */
  readonly listing: readonly TraceLine[];
  readonly lines: readonly TraceLine[];
  /** `i32:0`, or `error: …`. */
  readonly ending: string;
}

/** Runs the module's only exported function. Null where it takes longer or says more than is followed. */
export function traceOf(wasm: Uint8Array): Trace | null {
  const folder = mkdtempSync(join(tmpdir(), "countersign-trace-"));
  try {
    const file = join(folder, "module.wasm");
    writeFileSync(file, wasm);
    const { stdout, error, status } = spawnSync(WASM_INTERP, [file, "-v", "--trace", "--run-all-exports"], {
      maxBuffer: TRACE_BYTES_MAX,
      timeout: TRACE_MS_MAX,
      encoding: "latin1",
    });
    if (error !== undefined || status === null) return null;
    return parseTrace(stdout);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const LISTED = /^ *(\d+)\| (\S+) ?(.*)$/;
const TRACED = /^#\d+\. *(\d+): V:\d+ *\| (\S+) ?(.*)$/;
const ENDING = /^\w+\(\) => (.*)$/;

function parseTrace(stdout: string): Trace {
  const listing: TraceLine[] = [];
  const lines: TraceLine[] = [];
  let ending = "";
  for (const line of stdout.split("\n")) {
    const isTraced = line.startsWith("#");
    const found = (isTraced ? TRACED : LISTED).exec(line);
    if (isTraced && found === null) throw new Error(`a trace line of another form: ${line}`);
    if (found)
      (isTraced ? lines : listing).push({ at: Number(found[1]), name: found[2] ?? "", rest: found[3] ?? "" });
    else ending = ENDING.exec(line)?.[1] ?? ending;
  }
  return { listing, lines, ending };
}

/** Where in the interpreter's code each function begins, and which of the module's instructions stands where. */
export interface Places {
  readonly begins: ReadonlyMap<number, number>;
  /** By place in the interpreter's code: function and instruction. */
  readonly of: ReadonlyMap<number, readonly [number, number]>;
}

/**
 * The interpreter drops block, loop, nop and end, and adds jumps and what tidies its stack before them. Everything else
 * keeps its order, so one pass over both finds the pairs.
 */
export function alignListing({ listing }: Trace, module: Decoded): Places {
  const begins = new Map<number, number>();
  const of = new Map<number, readonly [number, number]>();
  // Start values come first, each with a return: of globals, of segments' offsets; since wabt 1.0.33 of their functions.
  const functionsInSegments = listing.filter(({ name }) => name === "ref.func").length;
  let next = 2 * (module.globals.length + module.elements.length + functionsInSegments);
  const take = (name: string): TraceLine => {
    const line = listing[next++];
    if (line?.name !== name) throw new Error(`${name} expected at ${line?.at}, found ${line?.name}`);
    return line;
  };
  const skipTidying = () => {
    while (["drop", "drop_keep", "catch_drop"].includes(listing[next]?.name ?? "")) next++;
  };
  const jump = (name: "br" | "return") => {
    skipTidying();
    take(name);
  };
  for (const [index, body] of module.functions.entries()) {
    const id = module.imports.length + index;
    begins.set(listing[next]?.at ?? -1, id);
    if (listing[next]?.name === "alloca") next++;
    for (const [place, { name, args }] of body.code.entries()) {
      const mark = (line: TraceLine) => of.set(line.at, [id, place]);
      if (name === "br" || name === "else") jump("br");
      else if (name === "return" || isLast(body, place)) jump("return");
      else if (name === "if") mark(take("br_unless"));
      else if (name === "br_if") {
        mark(take("br_unless"));
        jump("br");
      } else if (name === "br_table") {
        mark(take("br_table"));
        for (const _ of args) jump("br");
      } else if (!SILENT.has(name)) mark(take(name));
    }
  }
  return { begins, of };
}

const SILENT = new Set(["block", "loop", "end", "nop"]);
const isLast = (body: FunctionBody, place: number): boolean => place === body.code.length - 1;
