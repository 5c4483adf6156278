/**
 * The page's work, over the same functions as the command line: which kind each file is, what verifies, and what the
 * decisions come to when they are made again. It has no network and no clock; everything it says it read or computed.
 */
import { toBase64Url, toHex, utf8 } from "../../core/encoding.ts";
import { thumbprint } from "../../core/keys.ts";
import { detectEvidence, type Evidence } from "../../core/ledger/detect.ts";
import {
  isBareKey,
  isVerifierKey,
  joinRoots,
  readBareKey,
  readKeyFile,
  readVerifierKey,
  readWitnessKey,
  rootOfKey,
} from "../../core/ledger/key-file.ts";
import { type RecordedLog, recordedLog } from "../../core/ledger/recorded-entries.ts";
import type { WitnessPolicy } from "../../core/ledger/tree/cosignature.ts";
import type { NoteKey } from "../../core/ledger/tree/note.ts";
import type { GivenStatements, TrustedKey, TrustRoot } from "../../core/ledger/trust.ts";
import { type VerifiedLedger, verifyLedger } from "../../core/ledger/verify.ts";
import { verifyCheckpoint } from "../../core/ledger/verify-checkpoint.ts";
import { verifyReceipt } from "../../core/ledger/verify-receipt.ts";
import { isZip, openPack, type Pack, packCheck, packContentChecks } from "../../core/pack/open.ts";
import { addExported, addGiven } from "../../core/policy/replay/given.ts";
import {
  exportedDecisions,
  readExported,
  receiptDecision,
  type ToReplay,
} from "../../core/policy/replay/recorded.ts";
import { ReplaySources } from "../../core/policy/replay/sources.ts";
import { ok, type Result, refuse } from "../../core/result.ts";
import { ENGINE_ID } from "../evaluate/host.ts";
import { type Replayed, replayAll } from "../evaluate/replay.ts";
import { absenceReport, isAbsence } from "./absence.ts";
import { addCarried } from "./builtin.ts";
import type {
  ExaminedFile,
  ExamineRequest,
  GivenFile,
  Outcome,
  PageReport,
  Progress,
  Refusal,
  ReplayReport,
  VerifiedFile,
} from "./report.ts";

type Field = Refusal["field"];
const refused = (field: Field, message: string): Refusal => ({ kind: "refused", field, message });
const progress = (step: string, done: number, total: number | null = null): Progress => ({
  kind: "progress",
  step,
  done,
  total,
});

interface Sorted {
  readonly ledger: GivenFile | null;
  readonly receipts: readonly GivenFile[];
  /** With an export the last of them is one that its log must still begin with. */
  readonly checkpoints: readonly GivenFile[];
  readonly absences: readonly GivenFile[];
}

type Tell = (progress: Progress) => void;

export async function examine(
  request: ExamineRequest,
  compile: (wasm: Uint8Array<ArrayBuffer>) => WebAssembly.Module,
  tell: Tell,
): Promise<Outcome | Refusal> {
  const unpacked = unpack(request);
  if (!unpacked.ok) return unpacked.fault;
  const { given, packs } = unpacked.value;
  const sorted = sortEvidence(given.evidence);
  if (!sorted.ok) return sorted.fault;
  const trust = await readTrust(request);
  if (!trust.ok) return trust.fault;
  const verified = await verify(sorted.value, packs, trust.value, tell);
  const replayed = await replay(given, sorted.value, compile, tell);
  if (!replayed.ok) return replayed.fault;
  return {
    kind: "outcome",
    verdict: verified.every(({ report }) => report.ok) ? "verified" : "not_verified",
    files: await describe(request),
    keys: [
      ...trust.value.keys.map(({ id, use, name }) => ({ id, use, name })),
      ...(trust.value.witnesses?.witnesses ?? []).map((key) => ({
        id: thumbprint(toBase64Url(key.publicKey)),
        use: "witness",
        name: key.name,
      })),
    ],
    verified,
    ...replayed.value,
    engine: ENGINE_ID,
  };
}

async function verify(
  { ledger, receipts, checkpoints, absences }: Sorted,
  packs: readonly OpenedPack[],
  { keys, statements, witnesses }: Trust,
  tell: Tell,
): Promise<VerifiedFile[]> {
  const verified: VerifiedFile[] = [];
  const recorded =
    ledger !== null && packs.length + absences.length > 0
      ? recordedLog(new TextDecoder().decode(ledger.bytes))
      : null;
  for (const { name, pack } of packs) verified.push({ file: name, report: packReport(pack, recorded) });
  for (const { name, bytes } of checkpoints) {
    tell(progress(`Verifying ${name}`, 0));
    verified.push({ file: name, report: await verifyCheckpoint(bytes, keys, { witnesses, statements }) });
  }
  let known: VerifiedLedger | null = null;
  if (ledger !== null) {
    const { name, bytes } = ledger;
    const since = checkpoints.at(-1)?.bytes ?? null;
    const reading = (done: number) => tell(progress(`Verifying ${name}`, done, bytes.length));
    known = await verifyLedger(bytes, keys, { witnesses, since, statements, reading });
    verified.push({ file: ledger.name, report: known.report });
  }
  for (const [at, { name, bytes }] of receipts.entries()) {
    tell(progress(`Verifying ${name}`, at, receipts.length));
    const report = await verifyReceipt(bytes, keys, { ledger: known, witnesses, statements });
    verified.push({ file: name, report });
  }
  for (const { name, bytes } of absences) {
    tell(progress(`Finding ${name} again`, 0));
    const export_ = (since: string | null): Promise<VerifiedLedger> =>
      since === null && known !== null
        ? Promise.resolve(known)
        : verifyLedger(ledger?.bytes ?? new Uint8Array(), keys, { witnesses, since, statements });
    verified.push({ file: name, report: await absenceReport(bytes, recorded, export_) });
  }
  return verified;
}

// --- packs --------------------------------------------------------------------

interface OpenedPack {
  readonly name: string;
  readonly pack: Pack;
}

/** What was given, with the export of a pack among the evidence, and its policies and bundles among those for the replay. */
function unpack(
  request: ExamineRequest,
): Result<{ readonly given: ExamineRequest; readonly packs: readonly OpenedPack[] }, Refusal> {
  const packs: OpenedPack[] = [];
  const evidence: GivenFile[] = [];
  const extras = [...request.extras];
  for (const file of request.evidence) {
    if (!isZip(file.bytes)) {
      evidence.push(file);
      continue;
    }
    const pack = openPack(file.bytes);
    if (!pack.ok) return refuse(refused("evidence", `${file.name} ${pack.fault}.`));
    packs.push({ name: file.name, pack: pack.value });
    evidence.push({ name: `entries.jsonl in ${file.name}`, bytes: pack.value.entries });
    for (const [name, bytes] of pack.value.files)
      if (/^(?:policies|bundles)\//.test(name)) extras.push({ name: `${name} in ${file.name}`, bytes });
  }
  return ok({ given: { ...request, evidence, extras }, packs });
}

function packReport(pack: Pack, recorded: RecordedLog | null): PageReport {
  const checks = [packCheck(pack), ...(recorded === null ? [] : packContentChecks(pack, recorded))];
  return {
    subject: "pack",
    ok: checks.every(({ status }) => status !== "failed"),
    checks,
    notes: [PACK_NOTE],
  };
}

const PACK_NOTE =
  "Of the pack this page uses entries.jsonl, policies and bundles, and judges them itself. verification.json, replay.json and " +
  "summary.html are the word of whoever made the pack, and so is keys.json: keys that you trust come from elsewhere.";

function sortEvidence(files: readonly GivenFile[]): Result<Sorted, Refusal> {
  if (files.length === 0) return refuse(refused("evidence", "Choose a file to verify."));
  const kinds: Record<Evidence, GivenFile[]> = { ledger: [], receipt: [], checkpoint: [] };
  const absences: GivenFile[] = [];
  for (const file of files) {
    if (isAbsence(file.bytes)) {
      absences.push(file);
      continue;
    }
    const kind = detectEvidence(file.bytes);
    if (kind === null) return refuse(refused("evidence", `${file.name} ${whyNotEvidence(file.bytes)}`));
    kinds[kind].push(file);
  }
  const { ledger, receipt: receipts, checkpoint: checkpoints } = kinds;
  if (ledger.length > 1)
    return refuse(
      refused(
        "evidence",
        "Give one ledger export or pack at a time; receipts beside it are looked up in it.",
      ),
    );
  if (absences.length > 0 && ledger.length === 0)
    return refuse(
      refused(
        "evidence",
        `${absences[0]?.name} is a proof of absence: give the export, or the pack, in which it was found beside it.`,
      ),
    );
  return ok({ ledger: ledger[0] ?? null, receipts, checkpoints, absences });
}

function whyNotEvidence(bytes: Uint8Array): string {
  const start = new TextDecoder().decode(bytes.subarray(0, PEEK_BYTES));
  if (/"(?:keys|kty)"/.test(start))
    return "is a key file. What it vouches for is worth as much as the place that it came from: if you trust that, give it under “Keys that you trust”.";
  if (start.startsWith("\0asm") || /"(?:manifest|policies)"/.test(start))
    return "is a policy or a bundle: give it under “For the replay”.";
  return "is neither a ledger export nor a checkpoint, nor a receipt, a denial proof, or an answer that holds one.";
}
const PEEK_BYTES = 64 * 1024;

interface Trust {
  readonly keys: readonly TrustedKey[];
  readonly statements: GivenStatements;
  /** All that were given have to have cosigned; null where none was. */
  readonly witnesses: WitnessPolicy | null;
}

async function readTrust({ keyFiles, keyText, quorumText }: ExamineRequest): Promise<Result<Trust, Refusal>> {
  const roots: TrustRoot[] = [];
  const witnesses: NoteKey[] = [];
  const typed = keyText.trim();
  const given: { readonly name: string; readonly read: () => Promise<Result<TrustRoot, string>> }[] = [];
  for (const { name, bytes } of keyFiles) {
    const witness = readWitnessKey(new TextDecoder().decode(bytes.subarray(0, PEEK_BYTES)).trim());
    if (witness.ok) witnesses.push(witness.value);
    else given.push({ name, read: () => readKeyFile(bytes) });
  }
  if (typed.startsWith("{")) {
    given.push({ name: "What you typed", read: () => readKeyFile(utf8(typed)) });
  } else if (typed !== "") {
    for (const word of typed.split(/[\s,]+/)) {
      const witness = readWitnessKey(word);
      if (witness.ok) witnesses.push(witness.value);
      else if (isBareKey(word) || isVerifierKey(word))
        given.push({
          name: "The key that you typed",
          read: async () => asRoot(await (isBareKey(word) ? readBareKey(word) : readVerifierKey(word))),
        });
      else return refuse(refused("keys", NO_KEY_TYPED));
    }
  }
  for (const { name, read } of given) {
    const result = await read();
    if (!result.ok) return refuse(refused("keys", `${name} ${result.fault}.`));
    roots.push(result.value);
  }
  const { keys, ...statements } = joinRoots(roots);
  if (keys.length === 0) return refuse(refused("keys", NO_KEY));
  const quorum = readQuorum(quorumText.trim(), witnesses.length);
  if (!quorum.ok) return quorum;
  return ok({
    keys,
    statements,
    witnesses: witnesses.length === 0 ? null : { quorum: quorum.value, witnesses },
  });
}

function readQuorum(text: string, count: number): Result<number, Refusal> {
  if (text === "") return ok(count);
  if (count === 0)
    return refuse(refused("keys", "Give the keys of the witnesses of which some have to have cosigned."));
  if (!/^[1-9][0-9]{0,3}$/.test(text) || Number(text) > count)
    return refuse(
      refused(
        "keys",
        `The witnesses that have to have cosigned are a number from 1 to ${count}, as many as you gave.`,
      ),
    );
  return ok(Number(text));
}

const NO_KEY =
  "Give the keys that you trust. Without them anyone could have made the file: nothing can be verified.";
const NO_KEY_TYPED =
  "What you typed is none of these: a key file, a key of 32 bytes in base64url, a verifier key name+id+key.";

const asRoot = (result: Result<TrustedKey, string>): Result<TrustRoot, string> =>
  result.ok ? ok(rootOfKey(result.value)) : result;

// --- replay -------------------------------------------------------------------

type Replay = Pick<Outcome, "replay" | "whyNoReplay">;

async function replay(
  { extras, builtin }: ExamineRequest,
  { ledger, receipts }: Sorted,
  compile: (wasm: Uint8Array<ArrayBuffer>) => WebAssembly.Module,
  tell: Tell,
): Promise<Result<Replay, Refusal>> {
  const sources = new ReplaySources();
  await addCarried(sources, builtin);
  const inputs: string[] = [];
  for (const { name, bytes } of extras) {
    if (addGiven(sources, bytes) !== null) continue;
    const text = new TextDecoder().decode(bytes);
    if (!isInput(text))
      return refuse(refused("extras", `${name} is no module, policy, bundle or input that can be read.`));
    inputs.push(text);
  }
  const decisions: ToReplay[] = [];
  const exported = ledger && readExported(new TextDecoder().decode(ledger.bytes));
  // Without evidence there is nothing to make a decision from, which is no fault of the export.
  if (exported?.included) {
    addExported(sources, exported);
    decisions.push(...exportedDecisions(exported));
  }
  const whole = new Set(decisions.map(({ entry }) => entry.index));
  for (const { bytes } of receipts) {
    const read = receiptDecision(new TextDecoder().decode(bytes), inputs[0] ?? null);
    if (read.ok && !whole.has(read.value.entry.index) && inputs.length > 0) decisions.push(read.value);
  }
  if (decisions.length === 0) return ok({ replay: null, whyNoReplay: WHY_NO_REPLAY });
  const counts = { MATCH: 0, MISMATCH: 0, UNVERIFIABLE: 0 };
  const replayed: Replayed[] = [];
  tell(progress("Making decisions again", 0, decisions.length));
  for await (const one of replayAll(decisions, sources, compile)) {
    counts[one.status]++;
    replayed.push(one);
    tell(progress("Making decisions again", replayed.length, decisions.length));
  }
  return ok({ replay: { counts, decisions: replayed } satisfies ReplayReport, whyNoReplay: null });
}

const WHY_NO_REPLAY =
  "Nothing given says what a decision was made from. An export with evidence does " +
  "(GET /v1/ledger/export?include=evidence); beside a receipt, give the line of its decision from such an export.";

const isInput = (text: string): boolean => /"decision":\{|"abi":"/.test(text.slice(0, PEEK_BYTES));

// --- what was given --------------------------------------------------------------

const KIND_WORDS: Readonly<Record<Evidence, string>> = {
  ledger: "ledger export",
  receipt: "receipt",
  checkpoint: "checkpoint",
};

function whatIs(bytes: Uint8Array): string {
  if (isZip(bytes)) return "evidence pack";
  return isAbsence(bytes) ? "proof of absence" : KIND_WORDS[detectEvidence(bytes) ?? "receipt"];
}

async function describe({ evidence, keyFiles, extras }: ExamineRequest): Promise<readonly ExaminedFile[]> {
  const all = [
    ...evidence.map((file) => ({ file, what: whatIs(file.bytes) })),
    ...keyFiles.map((file) => ({ file, what: "keys" })),
    ...extras.map((file) => ({ file, what: "for the replay" })),
  ];
  return Promise.all(
    all.map(async ({ file: { name, bytes }, what }) => {
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
      return { name, what, byteLength: bytes.length, sha256: toHex(digest) };
    }),
  );
}
