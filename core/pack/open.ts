/** Takes an evidence pack apart (docs/auditors.md), and says whether its files are the ones that were packed. */
import { unzipSync } from "fflate";
import { canonicalJson } from "../canonical-json.ts";
import { fromUtf8 } from "../encoding.ts";
import { sha256Hex } from "../hash.ts";
import type { Json, JsonObject } from "../json.ts";
import { parseIJson } from "../json.ts";
import { isObject } from "../ledger/export.ts";
import type { RecordedLog } from "../ledger/recorded-entries.ts";
import { type Check, check, type Fault, fault } from "../ledger/report.ts";
import { JSON_DEPTH_MAX, PACK_BYTES_MAX, PACK_FILES_MAX } from "../limits.ts";
import { ok, type Result, refuse } from "../result.ts";
import { summarise } from "./summary.ts";

export interface Pack {
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** The export. */
  readonly entries: Uint8Array;
}

const MAGIC = [0x50, 0x4b, 0x03, 0x04];
const MANIFEST = "manifest.json";
const MANIFEST_LIMITS = { bytesMax: 16 * 1024 * 1024, depthMax: JSON_DEPTH_MAX, valuesMax: 1_000_000 };

export const isZip = (bytes: Uint8Array): boolean => MAGIC.every((byte, at) => bytes[at] === byte);

/** The fault completes a sentence that begins with the name of the file. */
export function openPack(bytes: Uint8Array): Result<Pack, string> {
  const names = new Set<string>();
  let byteCount = 0;
  let wrong: string | null = null;
  const files = new Map<string, Uint8Array>();
  try {
    const unzipped = unzipSync(bytes, {
      filter({ name, originalSize }) {
        byteCount += originalSize;
        // Of two files of one name one reader takes the first and another the last.
        if (names.has(name)) wrong ??= `holds ${name} twice`;
        names.add(name);
        if (byteCount > PACK_BYTES_MAX || names.size > PACK_FILES_MAX)
          wrong ??= `is too large to unpack here: unpack it, and verify its entries.jsonl with the command line`;
        return wrong === null;
      },
    });
    for (const [name, content] of Object.entries(unzipped)) files.set(name, content);
  } catch {
    return refuse("is a damaged archive: it cannot be unpacked");
  }
  if (wrong !== null) return refuse(wrong);
  const entries = files.get("entries.jsonl");
  return entries === undefined
    ? refuse("is an archive, and no evidence pack: it has no entries.jsonl")
    : ok({ files, entries });
}

/** Whether each file is the one that was packed; a pack is signed by nobody, so that this shows damage, not forgery. */
export function packCheck({ files }: Pack): Check {
  const compared = `the SHA-256 of each of ${files.size - 1} files with the one in ${MANIFEST}`;
  const sums = sumsIn(files.get(MANIFEST));
  if (sums === null)
    return check("pack_files", compared, [fault(`${MANIFEST} is missing, or cannot be read.`)]);
  const faults: Fault[] = [];
  for (const [name, content] of files) {
    if (name === MANIFEST) continue;
    if (!Object.hasOwn(sums, name))
      faults.push(fault(`It is not among the files of ${MANIFEST}.`, null, name));
    else if (sums[name] !== sha256Hex(content))
      faults.push(fault("It is not the file that was packed.", null, name));
  }
  for (const name of Object.keys(sums))
    if (!files.has(name)) faults.push(fault("It was packed, and is missing.", null, name));
  return check("pack_files", compared, faults);
}

function sumsIn(bytes: Uint8Array | undefined): JsonObject | null {
  const json = bytes === undefined ? null : parseIJson(bytes, MANIFEST_LIMITS);
  if (!json?.ok || !isObject(json.value)) return null;
  const { sha256 } = json.value;
  return isObject(sha256) ? sha256 : null;
}

/** What the pack says of its export beside it, with what the export itself comes to. */
export function packContentChecks(
  { files }: Pack,
  { log, from, to, entries, checkpoint }: RecordedLog,
): Check[] {
  const note = textOf(files.get("checkpoint.txt"));
  const json = files.get("summary.json");
  const parsed = json && parseIJson(json, MANIFEST_LIMITS);
  const summary = parsed?.ok && isObject(parsed.value) ? (parsed.value.summary ?? null) : null;
  const again = canonicalJson(summarise(log, from, to, entries) as unknown as Json);
  return [
    check(
      "pack_checkpoint",
      "checkpoint.txt with the checkpoint at the end of entries.jsonl",
      note === checkpoint ? [] : [fault("They are not the same.", null, "checkpoint.txt")],
    ),
    check(
      "pack_summary",
      "summary.json with the entries, summed up again",
      canonicalJson(summary) === again
        ? []
        : [fault("The entries come to another summary.", null, "summary.json")],
    ),
  ];
}

function textOf(bytes: Uint8Array | undefined): string | null {
  try {
    return bytes === undefined ? null : fromUtf8(bytes);
  } catch {
    return null;
  }
}
