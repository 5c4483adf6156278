// A reading as docs/spec/reading.md lays it out, decoded without the SDK, so that a fault of the one cannot hide one of the
// other.

import type { Example } from "./extism-host.ts";
import { readingOf } from "./extism-host.ts";

export const ORIGINS = [
  "itself",
  "html",
  "percent",
  "quoted-printable",
  "base64",
  "hex",
  "json",
  "closed",
  "reversed",
  "hidden",
  "regrouped",
];

export interface Run {
  start: number;
  unitStart: number;
  unitEnd: number;
  step: number;
}

export interface Segment {
  index: number;
  start: number;
  end: number;
  field: number;
  origin: string;
  depth: number;
  unitStart: number;
  runs: Run[];
  plain: string;
  folded: string;
}

export interface Field {
  part: string;
  pointer: string;
  kind: "string" | "number" | "name";
  length: number;
  redactable: boolean;
  /** The plain text of its name's segment. */
  name: string | null;
}

export interface View {
  bytes: Uint8Array;
  plain: Uint8Array;
  folded: Uint8Array;
  fields: Field[];
  segments: Segment[];
  firstName: number;
  firstDerived: number;
  raws: { segment: number; text: string }[];
}

const PARTS = ["payload", "action", "context", "message"];
const KINDS = ["string", "number", "name"] as const;
const NONE = 0xffffffff;
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function decodeReading(bytes: Uint8Array): View {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (at: number): number => view.getUint32(at, true);
  const text = (from: number, to: number): string => decoder.decode(bytes.subarray(from, to));
  const [magic, size, textSize, plain, folded, segmentCount, segmentsAt, runCount, runsAt, fieldCount] =
    Array.from({ length: 10 }, (_, index) => word(index * 4)) as [number, ...number[]] & number[];
  const [fieldsAt, rawSize, raw, rawCount, rawsAt, firstName, firstDerived, nodeCount, nodesAt] = Array.from(
    { length: 9 },
    (_, index) => word(40 + index * 4),
  ) as [number, ...number[]] & number[];
  void runCount;
  void nodeCount;
  if (magic !== 0x32525343 || size !== bytes.length) throw new Error("not a reading");
  for (const [at, length] of [
    [plain, textSize],
    [folded, textSize],
    [raw, rawSize],
  ] as const) {
    for (let i = 1; i <= 16; i++) {
      if (bytes[(at as number) - i] !== 10 || bytes[(at as number) + (length as number) + i - 1] !== 10)
        throw new Error("no guard");
    }
  }
  const rowOf = (index: number): number => (segmentsAt as number) + index * 20;
  const segments = Array.from({ length: segmentCount as number }, (_, index): Segment => {
    const row = rowOf(index);
    const [start, end, what, unitStart, firstRun] = [0, 4, 8, 12, 16].map((at) => word(row + at)) as [
      number,
      number,
      number,
      number,
      number,
    ];
    const lastRun = word(rowOf(index + 1) + 16);
    const runs = Array.from({ length: lastRun - firstRun }, (__, offset): Run => {
      const at = (runsAt as number) + (firstRun + offset) * 16;
      return { start: word(at), unitStart: word(at + 4), unitEnd: word(at + 8), step: word(at + 12) };
    });
    return {
      index,
      start,
      end,
      field: what & 0xffffff,
      origin: ORIGINS[(what >>> 24) & 15] ?? "?",
      depth: what >>> 28,
      unitStart,
      runs,
      plain: text((plain as number) + start, (plain as number) + end),
      folded: text((folded as number) + start, (folded as number) + end),
    };
  });
  const tokensOf = (node: number): string => {
    const at = (nodesAt as number) + node * 12;
    const [parent, nameStart, nameEnd] = [word(at), word(at + 4), word(at + 8)];
    const above = parent === NONE ? "" : tokensOf(parent);
    if (nameStart !== 0) {
      const name = JSON.parse(`"${text(nameStart, nameEnd)}"`) as string;
      return `${above}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    }
    return parent === NONE ? "" : `${above}/${nameEnd}`;
  };
  const fields = Array.from({ length: fieldCount as number }, (_, index): Field => {
    const at = (fieldsAt as number) + index * 12;
    const [node, length, flags] = [word(at), word(at + 4), word(at + 8)];
    const part = PARTS[(flags >> 2) & 3] ?? "?";
    const name = flags >>> 8;
    return {
      part,
      pointer:
        part === "message"
          ? tokensOf(node).slice(1).replaceAll("~1", "/").replaceAll("~0", "~")
          : tokensOf(node),
      kind: KINDS[flags & 3] ?? "string",
      length,
      redactable: (flags & 16) !== 0,
      name: name === 0xffffff ? null : (segments[name]?.plain ?? "?"),
    };
  });
  const raws = Array.from({ length: rawCount as number }, (_, index) => {
    const at = (rawsAt as number) + index * 12;
    return { segment: word(at + 8), text: text((raw as number) + word(at), (raw as number) + word(at + 4)) };
  });
  return {
    bytes,
    plain: bytes.subarray(plain, (plain as number) + (textSize as number)),
    folded: bytes.subarray(folded, (folded as number) + (textSize as number)),
    fields,
    segments,
    firstName: firstName as number,
    firstDerived: firstDerived as number,
    raws,
  };
}

/** UTF-16 code units that bytes of a segment stand for, from byte `start` up to `end` of all texts. */
export function unitsOf(view: View, segment: Segment, start: number, end: number): [number, number] {
  return [unitAt(view, segment, start, false), unitAt(view, segment, end - 1, true)];
}

function unitAt(view: View, segment: Segment, at: number, isEnd: boolean): number {
  if (segment.runs.length === 0) return segment.unitStart + at - segment.start + (isEnd ? 1 : 0);
  const run = segment.runs.findLast(({ start }) => start <= at);
  if (run === undefined) throw new Error("before the first run");
  if (run.step === 0) return isEnd ? run.unitEnd : run.unitStart;
  if (run.step === NONE) {
    const stop = isEnd ? at + 1 : at;
    // A character's own bytes: the whole of it.
    return run.unitStart + new TextDecoder().decode(view.plain.subarray(run.start, stop)).length;
  }
  const size = run.step >>> 16;
  const index = Math.floor((at - run.start) / size) + (isEnd ? 1 : 0);
  const units = run.unitStart + index * (run.step & 0xff);
  return isEnd ? Math.min(run.unitEnd, units - ((run.step >> 8) & 0xff)) : units;
}

export const viewOf = async (example: Example): Promise<View> => decodeReading(await readingOf(example));

/** Of a payload that is one text. */
export const viewOfText = (text: string): Promise<View> =>
  viewOf({ action: { surface: "outbound.email", payload: { text } } });

/** Each place where `needle` stands in the folded texts, as the part of the original text that it stands for. */
export function places(view: View, needle: string, original: string): string[] {
  const found: string[] = [];
  for (const segment of view.segments) {
    if (view.fields[segment.field]?.pointer !== "/text") continue;
    for (let at = segment.folded.indexOf(needle); at >= 0; at = segment.folded.indexOf(needle, at + 1)) {
      const before = Buffer.byteLength(segment.folded.slice(0, at));
      const [start, end] = unitsOf(
        view,
        segment,
        segment.start + before,
        segment.start + before + Buffer.byteLength(needle),
      );
      found.push(original.slice(start, end));
    }
  }
  return found;
}
