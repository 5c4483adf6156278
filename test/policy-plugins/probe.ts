// A policy that a test writes, compiled and metered as the build does it, on readings that the test makes.

import { FUEL_FULL } from "../../core/limits.ts";
import { admit } from "../../core/policy/wasm/admit.ts";
import { compileEntry, sdkEntry } from "../../policy-plugins/tools/compile.ts";
import { compileWasm } from "../../policy-plugins/tools/wasm-module.ts";
import { PolicyHost, type RunnableModule } from "../../worker/evaluate/host.ts";
import { canonical, type Finding, inputOf } from "./extism-host.ts";

const FOLDER = "probe";

/** `files` are those of the policy's folder. */
export async function compileProbe(files: Record<string, string>, memoryPages = 4): Promise<RunnableModule> {
  const entry = `sdk/entry-of-${FOLDER}.ts`;
  const sources = Object.entries(files).map(([name, text]) => [`${FOLDER}/${name}`, text] as const);
  const wasm = await compileEntry(entry, new Map([[entry, sdkEntry(FOLDER)], ...sources]));
  const admitted = admit(wasm, { memoryPages });
  if (!admitted.ok) throw new Error(`${admitted.fault.code}: ${admitted.fault.message}`);
  const { execId, profileId } = admitted.value;
  return { execId, profileId, module: compileWasm(admitted.value.wasm) };
}

/** As the reading has it: 0 as written, 7 closed up. */
export interface ReadSegment {
  readonly text: string;
  readonly origin?: number;
}

const MAGIC = 0x32525343;
const HEADER_BYTES = 80;
const GUARD_BYTES = 16;
const SEGMENT_BYTES = 20;
const FIELD_BYTES = 12;
const NODE_BYTES = 12;
const NONE = 0xffffffff;
/** A string of the payload that can be redacted, and known by no name. */
const FIELD_FLAGS = 0xffffff10;

/** A reading of ASCII texts, the fields `/0`, `/1` and so on of the payload; those with an origin come last. */
export function readingOfTexts(segments: readonly ReadSegment[]): Uint8Array {
  const written = segments.filter(({ origin = 0 }) => origin === 0);
  const derived = segments.filter(({ origin = 0 }) => origin !== 0);
  const texts = [written.map(({ text }) => text).join("\n"), ...derived.map(({ text }) => text)];
  const text = texts.join("\n\n\n\n");
  const count = segments.length;
  const plainAt = HEADER_BYTES + GUARD_BYTES;
  const foldedAt = plainAt + text.length + 2 * GUARD_BYTES;
  const segmentsAt = (foldedAt + text.length + GUARD_BYTES + 3) & ~3;
  const fieldsAt = segmentsAt + SEGMENT_BYTES * (count + 1);
  const nodesAt = fieldsAt + FIELD_BYTES * count;
  const bytes = new Uint8Array(nodesAt + NODE_BYTES * (count + 1)).fill(0x0a, 0, segmentsAt);
  const view = new DataView(bytes.buffer);
  const write = (at: number, values: readonly number[]) =>
    values.forEach((value, i) => {
      view.setUint32(at + 4 * i, value, true);
    });
  write(0, [MAGIC, bytes.length, text.length, plainAt, foldedAt, count, segmentsAt, 0, fieldsAt, count]);
  write(40, [fieldsAt, 0, foldedAt, 0, segmentsAt, written.length, written.length, count + 1, nodesAt, 0]);
  // The payload, a list, and in it the texts.
  write(nodesAt, [NONE, 0, 0]);
  bytes.set(new TextEncoder().encode(text), plainAt);
  bytes.set(new TextEncoder().encode(text.toLowerCase()), foldedAt);
  let at = 0;
  for (const [i, segment] of [...written, ...derived].entries()) {
    const end = at + segment.text.length;
    write(segmentsAt + SEGMENT_BYTES * i, [at, end, ((segment.origin ?? 0) * 2 ** 24 + i) >>> 0, 0, 0]);
    write(fieldsAt + FIELD_BYTES * i, [i + 1, segment.text.length, FIELD_FLAGS]);
    write(nodesAt + NODE_BYTES * (i + 1), [0, 0, segments.indexOf(segment)]);
    at = end + (i < written.length - 1 ? 1 : 4);
  }
  return bytes;
}

export const probeHost = new PolicyHost();

const INPUT = new TextEncoder().encode(inputOf({ action: { surface: "s", payload: {} } }));

/** Runs a policy on a reading; throws where it fails. */
export async function runOnReading(
  policy: RunnableModule,
  reading: Uint8Array,
  settings: unknown = {},
): Promise<{ findings: Finding[]; fuel: number }> {
  const outcome = await probeHost.run(policy, canonical(settings), INPUT, FUEL_FULL, { reading });
  if (outcome.output === null) throw new Error(`${outcome.error}: ${outcome.detail}`);
  return { findings: JSON.parse(new TextDecoder().decode(outcome.output)).findings, fuel: outcome.fuel };
}
