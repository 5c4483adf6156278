/**
 * The lines of evidence in an export (evidence.ts), each compared as it comes with the entry that it stands behind, or with those that
 * name it by its digest. Kept of them are what entries name, each once, and the erasures whose entries have not come yet.
 */
import * as v from "valibot";
import { fromBase64Url, fromUtf8 } from "../encoding.ts";
import { type Digest, digestOf } from "../hash.ts";
import type { Json } from "../json.ts";
import { type Manifest, policyId } from "../policy/manifest.ts";
import { recordedBodySchema } from "../policy/replay/body.ts";
import type { RecordedBody } from "../policy/replay/replay.ts";
import { SALT_BYTES } from "./commitment.ts";
import type { Entry } from "./entry.ts";
import { isSound } from "./entry-list.ts";
import {
  type BundleLine,
  bundleLine,
  type DecisionLine,
  decisionLine,
  type ErasedLine,
  type EvidenceLine,
  erasedLine,
  evidenceLineOf,
  evidenceOf,
  parseObject,
  policyLine,
} from "./evidence.ts";
import { isObject } from "./export.ts";
import { notOpened } from "./openings.ts";
import { PolicyRuns, runsOf } from "./policy-runs.ts";
import type { ReadEntry } from "./read-entry.ts";
import { type Fault, fault } from "./report.ts";

export type EvidenceKind = EvidenceLine["kind"];

/** As each kind's line begins. */
const LEADS: readonly (readonly [EvidenceKind, Uint8Array, RegExp])[] = [
  ["decision", lead('{"decision":{"index":'), /^\{"decision":/],
  ["erased", lead('{"erased":{"index":'), /^\{"erased":/],
  ["bundle", lead('{"bundle":{"digest":"sha256:'), /^\{"bundle":/],
  ["policy", lead('{"policy":{"policy_id":"sha256:'), /^\{"policy":/],
];

function lead(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The kind of a line that is one of evidence, whichever one byte of its beginning was hit; `start` is its beginning as text. */
export function evidenceKind(line: Uint8Array, start: string): EvidenceKind | null {
  for (const [kind, lead, beginning] of LEADS)
    if (differing(line, 0, lead, 1) <= 1 || beginning.test(start)) return kind;
  return null;
}

/** In how many bytes they differ, counted no further than one more than `most`. */
function differing(line: Uint8Array, from: number, bytes: Uint8Array, most: number): number {
  let count = 0;
  for (let at = 0; at < bytes.length && count <= most; at++) if (line[from + at] !== bytes[at]) count++;
  return count;
}

/** What a line says by itself. */
export interface ReadEvidenceLine {
  readonly kind: EvidenceKind;
  readonly where: string;
  readonly bytes: Uint8Array;
  /** Null where it cannot be read. */
  readonly line: EvidenceLine | null;
  readonly message: string | null;
  /** What the line hashes to, where it is of a bundle or a policy. */
  readonly digest: Digest | null;
}

export function readEvidenceLine(kind: EvidenceKind, where: string, bytes: Uint8Array): ReadEvidenceLine {
  try {
    const text = fromUtf8(bytes);
    const json = parseObject(text);
    const line = json && evidenceLineOf(json);
    if (line === null || line.kind !== kind)
      return {
        kind,
        where,
        bytes,
        line: null,
        message: `it is not the JSON of a \`${kind}\` line`,
        digest: null,
      };
    // The line written again: other members, the same twice and other layouts all show.
    const message =
      written(line) === text ? null : "it has other members, or is not laid out as it was exported";
    return { kind, where, bytes, line, message, digest: hashOf(line) };
  } catch {
    return {
      kind,
      where,
      bytes,
      line: null,
      message: "it is not UTF-8, or no JSON that can be hashed",
      digest: null,
    };
  }
}

function written({ kind, value }: EvidenceLine): string {
  switch (kind) {
    case "decision": {
      const { index, salt, input, changed_input, verdicts, discharged } = value;
      const both = verdicts && { decision: verdicts.decision, shadow: verdicts.shadow };
      return decisionLine({ index, salt, input, changed_input, verdicts: both, discharged });
    }
    case "erased":
      return erasedLine({ index: value.index, entry: value.entry });
    case "bundle":
      return bundleLine({ digest: value.digest, text: value.text });
    case "policy": {
      const { policy_id, manifest, wasm_sha256, exec_id, profile_id } = value;
      return policyLine({ policy_id, manifest, wasm_sha256, exec_id, profile_id });
    }
  }
}

function hashOf({ kind, value }: EvidenceLine): Digest | null {
  if (kind === "bundle") return digestOf(value.text);
  return kind === "policy" ? policyId(value.manifest as unknown as Manifest, value.wasm_sha256) : null;
}

/** What was found of the lines until now. */
export interface EvidenceFound {
  readonly lineCount: number;
  /** Decisions of which every commitment was opened that their lines have something for. */
  readonly openedCount: number;
  readonly erasedCount: number;
  /** Erasures of which the entry lies beyond the file. */
  readonly beyondCount: number;
  /** Decisions that an earlier release wrote, and that do not say what they depend on. */
  readonly olderCount: number;
  /** Policies of which no entry says that they ran as the line has them. */
  readonly otherwiseCount: number;
  readonly faults: readonly Fault[];
}

interface Named {
  /** The first entry that names it. */
  readonly entry: number;
  readonly isGiven: boolean;
}

interface State {
  /** The entry behind which lines stand; null where none does, or it is damaged itself. */
  readonly entry: Entry | null;
  /** Where lines stand that can be of no other entry; null behind the entries. */
  readonly place: number | null;
  /** The entry has its line. */
  readonly isAnswered: boolean;
  /** The last one that was whole. */
  readonly lastIndex: number | null;
  /** An entry is missing or damaged, so that what nobody names may be named there. */
  readonly isHoled: boolean;
  readonly bundles: Map<string, Named>;
  readonly policies: Map<string, Named>;
  readonly runs: PolicyRuns;
  /** By the entry that was erased. */
  readonly erasures: Map<number, ErasedLine & { readonly where: string }>;
  readonly lineCount: number;
  readonly openedCount: number;
  readonly erasedCount: number;
  readonly olderCount: number;
  readonly otherwiseCount: number;
}

export type EvidenceMark = State & { readonly faultCount: number };
/** A fault of the line at hand. */
type Say = (what: string, field?: string | null) => readonly Fault[];
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export class EvidenceReader {
  #state: Mutable<State> = {
    entry: null,
    place: null,
    isAnswered: false,
    lastIndex: null,
    isHoled: false,
    bundles: new Map(),
    policies: new Map(),
    runs: new PolicyRuns(),
    erasures: new Map(),
    lineCount: 0,
    openedCount: 0,
    erasedCount: 0,
    olderCount: 0,
    otherwiseCount: 0,
  };
  readonly #faults: Fault[] = [];

  mark(): EvidenceMark {
    return { ...copyOf(this.#state), faultCount: this.#faults.length };
  }

  rewind({ faultCount, ...state }: EvidenceMark): void {
    this.#state = copyOf(state);
    this.#faults.splice(faultCount);
  }

  readEntry(read: ReadEntry): void {
    const state = this.#state;
    state.isAnswered = false;
    state.place = read.fields?.index ?? read.outerIndex;
    state.entry = null;
    if (!isSound(read)) {
      state.isHoled = true;
      return;
    }
    const { index } = read.fields;
    if (state.lastIndex !== null && index !== state.lastIndex + 1) state.isHoled = true;
    state.lastIndex = index;
    const entry = read.entry as unknown as Entry;
    state.entry = entry;
    if (entry.type === "policy.published") this.#name(entry);
    else if (entry.type === "payload.erased" && state.erasures.size > 0) this.#settle(entry);
  }

  /** A line of another kind: what stands behind it stands behind no entry. */
  leaveEntry(): void {
    this.#state.entry = null;
    this.#state.place = null;
  }

  readLine(read: ReadEvidenceLine): void {
    const { kind } = read;
    this.#state.lineCount++;
    if (kind === "decision" || kind === "erased") this.#faults.push(...this.#takeOwn(read));
    else {
      this.leaveEntry();
      this.#faults.push(...this.#takeNamed(kind, read));
    }
  }

  /** As of a file that ends here; `to` is the last index that its header says. */
  end(to: number | null): EvidenceFound {
    const { lastIndex, isHoled, erasures } = this.#state;
    const { lineCount, openedCount, erasedCount, olderCount, otherwiseCount } = this.#state;
    const faults = this.#faults.slice();
    let beyondCount = 0;
    for (const { index, entry, where } of erasures.values()) {
      if (to === null || entry > to) beyondCount++;
      else if (!isHoled && lastIndex === to)
        faults.push(fault(notErased(entry, index), index, where, "/entry"));
    }
    return { lineCount, openedCount, erasedCount, beyondCount, olderCount, otherwiseCount, faults };
  }

  // --- behind an entry ----------------------------------------------------------

  #takeOwn({ kind, where, line, message }: ReadEvidenceLine): readonly Fault[] {
    const state = this.#state;
    const { entry, place } = state;
    const say: Say = (what, field = null) => [fault(what, place, where, field)];
    if (place === null) return say(`The \`${kind}\` line stands behind no entry.`);
    if (state.isAnswered) return say(`A second line of what entry ${place} was made from.`);
    state.isAnswered = true;
    if (entry !== null) this.#name(entry);
    if (line === null || message !== null)
      return say(`The \`${kind}\` line of entry ${place}: ${message ?? "it cannot be read"}.`);
    // Of a damaged entry its own faults say enough.
    if (entry === null) return [];
    if (entry.type !== "decision" && entry.type !== "evaluation")
      return say(`Entry ${place} judged nothing, and has a \`${kind}\` line.`);
    if (line.kind !== "decision" && line.kind !== "erased") return [];
    if (line.value.index !== place)
      return say(`The line says entry ${line.value.index}, and stands behind entry ${place}.`, "/index");
    if (line.kind === "decision") return this.#open(entry, line.value, say);
    if (line.value.entry <= place) return say(notErased(line.value.entry, place), "/entry");
    state.erasedCount++;
    state.erasures.set(place, { ...line.value, where });
    return [];
  }

  #open({ index, body }: Entry, line: DecisionLine, say: Say): readonly Fault[] {
    const salt = fromBase64Url(line.salt);
    if (salt?.length !== SALT_BYTES)
      return say(`The salt of entry ${index} is not ${SALT_BYTES} bytes in base64url.`, "/salt");
    if (!v.is(recordedBodySchema, body)) {
      this.#state.olderCount++;
      return [];
    }
    try {
      const { comparedCount, found } = notOpened(body as unknown as RecordedBody, evidenceOf(line), salt);
      if (found.length === 0) this.#state.openedCount++;
      if (comparedCount > 1 && found.length === comparedCount)
        return say(`The salt of entry ${index} was altered: it opens none of its commitments.`, "/salt");
      return found.flatMap(({ member, field, message }) =>
        say(`\`${member}\` of entry ${index} was altered: ${message} (\`${field}\`).`, member),
      );
    } catch {
      // Whoever writes a log of his own may commit to anything.
      return say(`What entry ${index} commits to is not the JSON of an input.`);
    }
  }

  // --- by their digests -----------------------------------------------------------

  #name(entry: Entry): void {
    const { bundles, policies, runs } = this.#state;
    const { index, type, body } = entry;
    runs.addEntry(entry);
    if (type === "policy.published") name(policies, body.policy_id, index);
    for (const list of [body.bundles, isObject(body.shadow) ? body.shadow.bundles : undefined])
      if (Array.isArray(list)) for (const digest of list as readonly Json[]) name(bundles, digest, index);
    for (const { policy_id } of runsOf(body)) name(policies, policy_id, index);
  }

  #takeNamed(
    kind: "bundle" | "policy",
    { where, bytes, line, message, digest }: ReadEvidenceLine,
  ): readonly Fault[] {
    const { bundles, policies, isHoled, runs } = this.#state;
    const names = kind === "bundle" ? bundles : policies;
    const stated = line && statedBy(line);
    // Of the two that a line says, the digest and what it is of, one may be the altered one.
    const known =
      [stated, digest].find((one) => one !== null && names.has(one)) ?? nearest(kind, bytes, names);
    const named = known === null ? undefined : names.get(known);
    const entry = named?.entry ?? null;
    const say: Say = (what, field = null) => [fault(what, entry, where, field)];
    if (named !== undefined && known !== null) names.set(known, { ...named, isGiven: true });
    if (line?.kind === "bundle" && named !== undefined)
      for (const policy of policiesIn(line.value)) name(policies, policy, named.entry);
    if (line === null || message !== null)
      return say(`The \`${kind}\` line: ${message ?? "it cannot be read"}.`);
    if (digest !== stated) {
      const by = entry === null ? "" : ` that entry ${entry} names first`;
      const member = known === digest ? DIGEST_MEMBERS[kind] : null;
      return say(`The ${kind}${by} was altered: it says ${stated} and hashes to ${digest}.`, member);
    }
    if (named === undefined)
      return isHoled ? [] : say(`No entry with a line of evidence names the ${kind} ${stated}.`);
    if (named.isGiven)
      return say(`A second line of the ${kind} ${stated}, which entry ${entry} names first.`);
    const differs = line.kind === "policy" ? runs.compare(line.value) : null;
    if (differs === null) {
      if (line.kind === "policy" && !runs.has(line.value)) this.#state.otherwiseCount++;
      return [];
    }
    return [fault(`Policy ${stated}: ${differs.message}`, differs.entry, where, differs.member)];
  }

  // --- erasures ------------------------------------------------------------------

  /** A record is erased once, so that the first entry that says so is the one that its line names. */
  #settle({ index, body }: Entry): void {
    const { erasures } = this.#state;
    if (!Array.isArray(body.entries)) return;
    for (const erased of body.entries as readonly Json[]) {
      const line = erasures.get(erased as number);
      if (line === undefined) continue;
      erasures.delete(line.index);
      if (line.entry === index) continue;
      const message = `The line says that entry ${line.entry} erased what entry ${line.index} was made from; entry ${index} did.`;
      this.#faults.push(fault(message, line.index, line.where, "/entry"));
    }
  }
}

/** Whether two readers go on alike from here; faults are not looked at. */
export const isSameEvidence = (a: EvidenceMark, b: EvidenceMark): boolean =>
  a.entry === b.entry &&
  a.place === b.place &&
  a.isAnswered === b.isAnswered &&
  a.lastIndex === b.lastIndex &&
  a.isHoled === b.isHoled &&
  a.runs.same(b.runs) &&
  isSameMap(a.bundles, b.bundles) &&
  isSameMap(a.policies, b.policies) &&
  isSameMap(a.erasures, b.erasures);

const isSameMap = (a: ReadonlyMap<unknown, unknown>, b: ReadonlyMap<unknown, unknown>): boolean =>
  JSON.stringify([...a]) === JSON.stringify([...b]);

const copyOf = (state: State): State => ({
  ...state,
  bundles: new Map(state.bundles),
  policies: new Map(state.policies),
  runs: state.runs.copy(),
  erasures: new Map(state.erasures),
});

const notErased = (entry: number, index: number): string =>
  `Entry ${entry} does not say that what entry ${index} was made from was erased.`;

const DIGEST_MEMBERS = { bundle: "/digest", policy: "/policy_id" } as const;

const statedBy = ({ kind, value }: EvidenceLine): string | null =>
  kind === "bundle" ? value.digest : kind === "policy" ? value.policy_id : null;

function name(names: Map<string, Named>, id: Json | undefined, entry: number): void {
  if (typeof id === "string" && !names.has(id)) names.set(id, { entry, isGiven: false });
}

/** Whose digest stands where a line has its own, but for one byte: of a line that cannot be read. */
function nearest(
  kind: "bundle" | "policy",
  line: Uint8Array,
  names: ReadonlyMap<string, Named>,
): string | null {
  const [, lead] = LEADS.find(([one]) => one === kind) ?? [];
  if (lead === undefined) return null;
  const from = lead.length - "sha256:".length;
  for (const id of names.keys()) if (differing(line, from, new TextEncoder().encode(id), 1) <= 1) return id;
  return null;
}

/** Whatever the text is: a bundle that was altered still says what was exported because of it. */
function policiesIn({ text }: BundleLine): readonly Json[] {
  const policies = parseObject(text)?.policies;
  return Array.isArray(policies)
    ? (policies as readonly Json[]).filter(isObject).map(({ policy = null }) => policy)
    : [];
}
