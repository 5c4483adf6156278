/** `countersign pack`: an export as a zip for an auditor, verified, replayed and summed up by framework. */
import { writeFile } from "node:fs/promises";
import { type ArgsDef, defineCommand } from "citty";
import { strToU8, type Zippable, zipSync } from "fflate";
import { fromUtf8, toBase64Url } from "../../core/encoding.ts";
import { sha256Hex } from "../../core/hash.ts";
import type { ExportedEvidence } from "../../core/ledger/evidence.ts";
import { recordedLog } from "../../core/ledger/recorded-entries.ts";
import type { GivenStatements, TrustedKey, TrustRoot } from "../../core/ledger/trust.ts";
import { verifyLedger } from "../../core/ledger/verify.ts";
import { FRAMEWORKS, type Framework } from "../../core/pack/frameworks.ts";
import { summarise } from "../../core/pack/summary.ts";
import { addExported } from "../../core/policy/replay/given.ts";
import { exportedDecisions, readExported } from "../../core/policy/replay/recorded.ts";
import { ReplaySources } from "../../core/policy/replay/sources.ts";
import { compileWasm } from "../../policy-plugins/tools/wasm-module.ts";
import type { Replayed } from "../../worker/evaluate/replay.ts";
import type { Client } from "../client.ts";
import { readInput } from "../files.ts";
import { EXIT, terminalOutput, UsageError } from "../output.ts";
import { type ReplayCounts, summaryPage } from "../pack/html.ts";
import { packReadme } from "../pack/readme.ts";
import { gatewayClient, told } from "../policy/gateway.ts";
import { allValues } from "../raw-args.ts";
import { addBuiltin, addFolder, addPublished } from "../replay/sources.ts";
import { readKeys } from "../trusted-keys.ts";
import { withoutWasiWarning } from "../wasi-warning.ts";

/** Every file of every pack: the same evidence makes the same bytes. The earliest that a zip can name. */
const FILE_TIME = new Date(1980, 0, 1);

const args = {
  file: {
    type: "positional",
    required: false,
    description: "A ledger export, with evidence or without; left out, it is fetched from the gateway",
  },
  key: {
    type: "string",
    alias: "k",
    valueHint: "jwks.json|vkey",
    description: "A key that you trust, as with countersign verify",
  },
  out: {
    type: "string",
    valueHint: "pack.zip",
    default: "evidence.zip",
    description: "Where to write the pack",
  },
  framework: {
    type: "string",
    alias: "f",
    valueHint: FRAMEWORKS.map(({ id }) => id).join("|"),
    description: "Sum up for this framework; repeat it for several, leave it out for all",
  },
  modules: {
    type: "string",
    alias: "m",
    valueHint: "folder",
    description: "Modules of published policies; those of this release are at hand",
  },
  gateway: {
    type: "string",
    alias: "g",
    valueHint: "url",
    description: "Fetch the export and missing modules from here, with the auditor's key in COUNTERSIGN_KEY",
  },
  from: { type: "string", valueHint: "index", description: "With --gateway: the first entry" },
  to: { type: "string", valueHint: "index", description: "With --gateway: the last entry" },
} as const satisfies ArgsDef;

export const pack = defineCommand({
  meta: {
    name: "pack",
    description: "Pack an export for an auditor: verified, replayed, summed up by framework",
  },
  args,
  async run({ args, rawArgs }) {
    const frameworks = chooseFrameworks(allValues(rawArgs, ["--framework", "-f"]));
    const root = await readKeys(allValues(rawArgs, ["--key", "-k"]));
    const client = args.gateway === undefined ? null : gatewayClient({ gateway: args.gateway });
    const bytes = await readExport(args, client);
    const { zip, ok, counts, entries } = await makePack({
      bytes,
      root,
      frameworks,
      modules: args.modules,
      client,
    });
    await writeFile(args.out, zip);
    const output = terminalOutput(process.stdout, process.env);
    const replayed =
      counts === null
        ? "without evidence, so nothing was replayed"
        : `${counts.MATCH} decisions replayed, ${counts.MISMATCH} differ, ${counts.UNVERIFIABLE} cannot be`;
    output.line(`${args.out}: ${entries} entries, ${replayed}`);
    const good = ok && (counts?.MISMATCH ?? 0) === 0;
    output.line(
      good
        ? output.green("VERIFIED, with the given keys alone.")
        : output.red("NOT VERIFIED: verification.json and replay.json in the pack say where."),
    );
    process.exitCode = good ? EXIT.ok : EXIT.failed;
  },
});

function chooseFrameworks(ids: readonly string[]): readonly Framework[] {
  if (ids.length === 0) return FRAMEWORKS;
  return ids.map((id) => {
    const framework = FRAMEWORKS.find((one) => one.id === id);
    if (framework === undefined)
      throw new UsageError(
        `there is no framework ${id}`,
        `It is one of ${FRAMEWORKS.map((one) => one.id).join(", ")}.`,
      );
    return framework;
  });
}

interface Source {
  readonly file?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

async function readExport({ file, from, to }: Source, client: Client | null): Promise<Uint8Array> {
  if (file !== undefined) {
    if (from !== undefined || to !== undefined)
      throw new UsageError("--from and --to go with an export that is fetched: the file has its own range");
    return readInput(file);
  }
  if (client === null) throw new UsageError("which export?", "Give a file, or --gateway to fetch it from.");
  const query = new URLSearchParams({ include: "evidence", ...(from && { from }), ...(to && { to }) });
  return new TextEncoder().encode(
    await told(client, () => client.expect<string>("GET", `/v1/ledger/export?${query}`)),
  );
}

interface PackRequest {
  readonly bytes: Uint8Array;
  readonly root: TrustRoot;
  readonly frameworks: readonly Framework[];
  readonly modules: string | undefined;
  readonly client: Client | null;
}

async function makePack({ bytes, root, frameworks, modules, client }: PackRequest) {
  const { keys, ...statements } = root;
  const text = fromUtf8(bytes);
  const exported = readExported(text);
  const recorded = recordedLog(text);
  if (exported === null || recorded === null)
    throw new UsageError("that is not a ledger export", "Expected what GET /v1/ledger/export answers.");
  const { report } = await verifyLedger(bytes, keys, { statements });
  const { log, from, to, entries } = recorded;
  const sources = new ReplaySources();
  await addBuiltin(sources);
  if (modules !== undefined) await addFolder(sources, modules);
  addExported(sources, exported);
  if (client !== null && exported.included) await told(client, () => addPublished(sources, client, exported));
  const replayed = exported.included ? await replayAllOf(exported, sources) : null;
  const counts = replayed && countOf(replayed);
  const summary = summarise(log, from, to, entries);
  const page = await summaryPage({
    summary,
    frameworks,
    report,
    keyIds: keys.map(({ id }) => id),
    replay: counts,
  });
  const files: Record<string, Uint8Array> = {
    "README.txt": strToU8(packReadme(log, from, to, exported.included)),
    "summary.html": strToU8(page),
    "summary.json": json({ frameworks, summary }),
    "entries.jsonl": bytes,
    "checkpoint.txt": strToU8(recorded.checkpoint),
    "keys.json": json({ keys: keys.map(publicKey), ...statementsOf(statements) }),
    "verification.json": json(report),
    ...(replayed === null
      ? {}
      : { "replay.json": json({ ...counts, faults: exported.faults, decisions: replayed }) }),
    ...evidenceFiles(exported, sources),
  };
  return {
    zip: zipOf(files),
    ok: report.ok && exported.faults.length === 0,
    counts,
    entries: entries.length,
  };
}

async function replayAllOf(exported: ExportedEvidence, sources: ReplaySources): Promise<readonly Replayed[]> {
  const { replayAll } = await withoutWasiWarning(() => import("../../worker/evaluate/replay.ts"));
  const replayed: Replayed[] = [];
  for await (const one of replayAll(exportedDecisions(exported), sources, compileWasm)) replayed.push(one);
  return replayed;
}

function countOf(replayed: readonly Replayed[]): ReplayCounts {
  const counts = { MATCH: 0, MISMATCH: 0, UNVERIFIABLE: 0 };
  for (const { status } of replayed) counts[status]++;
  return counts;
}

/** Manifests and modules under names that people know; they are found by their digests whatever they are called. */
function evidenceFiles(
  { bundles, policies }: ExportedEvidence,
  sources: ReplaySources,
): Record<string, Uint8Array> {
  const files: Record<string, Uint8Array> = {};
  for (const { digest, text } of bundles) files[`bundles/${nameOf(digest)}.json`] = strToU8(text);
  for (const line of policies) {
    const { name, version } = line.manifest;
    const folder = `policies/${safe(String(name))}-${safe(String(version))}-${nameOf(line.policy_id).slice(0, 12)}`;
    files[`${folder}.json`] = json(line);
    const module = sources.module(line.wasm_sha256);
    if (module !== null) files[`${folder}.wasm`] = module;
  }
  return files;
}

const nameOf = (digest: string): string => safe(digest.replace("sha256:", ""));
/** An export is not to be trusted with names of files. */
const safe = (text: string): string =>
  text
    .replaceAll(/[^A-Za-z0-9._-]/g, "_")
    .replaceAll("..", "_")
    .slice(0, 80);

const publicKey = ({ id, use, successor, publicKey: bytes }: TrustedKey) => ({
  ...{ kty: "OKP", crv: "Ed25519", x: toBase64Url(bytes), kid: id },
  ...(use === null ? {} : { countersign_use: use }),
  ...(successor === null ? {} : { countersign_successor: successor }),
});

const statementsOf = ({ rotations, epochs }: GivenStatements) => ({
  ...(rotations.length === 0 ? {} : { rotations: rotations.map(({ value }) => value) }),
  ...(epochs.length === 0 ? {} : { epochs: epochs.map(({ value }) => value) }),
});

const json = (value: unknown): Uint8Array => strToU8(`${JSON.stringify(value, null, 2)}\n`);

function zipOf(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const sums = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, sha256Hex(bytes)]));
  const zippable: Zippable = {};
  for (const [name, bytes] of Object.entries({ ...files, "manifest.json": json({ sha256: sums }) }))
    zippable[name] = [bytes, { mtime: FILE_TIME }];
  return zipSync(zippable);
}
