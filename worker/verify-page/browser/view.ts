/** The result on the page: the verdict first, then every check with what was compared. */
import type { Check, Fault } from "../../../core/ledger/report.ts";
import type { Comparison } from "../../../core/policy/replay/report.ts";
import type { Replayed } from "../../evaluate/replay.ts";
import type { Outcome, ReplayReport, VerifiedFile } from "../report.ts";
import {
  evidenceVerdict,
  placeOf,
  RESULT_STATUS,
  replayVerdict,
  STATUS_MARKS,
  STATUS_WORDS,
  type Verdict,
} from "../report-text.ts";
import { element, foreign } from "./dom.ts";

/** More faults of one check, or decisions of a kind, than this are counted; the copied report has all of them. */
const FAULTS_SHOWN_MAX = 50;
const DECISIONS_SHOWN_MAX = 200;

/** `save` are the buttons that take the report away. */
export function outcomeView(outcome: Outcome, save: HTMLElement): readonly HTMLElement[] {
  const { replay, whyNoReplay } = outcome;
  return [
    element("h2", { id: "result-title", class: "visually-hidden" }, "Result"),
    element(
      "div",
      { class: "verdicts" },
      verdictCard("Evidence", evidenceVerdict(outcome)),
      replay === null ? null : verdictCard("Replay", replayVerdict(replay)),
    ),
    save,
    ...outcome.verified.map(reportCard),
    replay === null ? noReplay(whyNoReplay ?? "") : replayCard(replay),
    givenCard(outcome),
  ];
}

function verdictCard(title: string, { tone, word, text, damage }: Verdict): HTMLElement {
  return element(
    "div",
    { class: `verdict ${tone}` },
    element("h3", {}, title),
    element("p", { class: "word" }, word),
    element("p", {}, foreign(text)),
    damage.length === 0 ? null : element("ul", { class: "damage" }, ...damage.map(damageItem)),
  );
}

function damageItem(fault: Fault): HTMLElement {
  const place = placeOf(fault);
  return element(
    "li",
    {},
    place === "" ? null : element("b", {}, foreign(`${place}: `)),
    foreign(fault.message),
  );
}

const SUBJECTS: Readonly<Record<VerifiedFile["report"]["subject"], string>> = {
  ledger: "Ledger export",
  receipt: "Receipt",
  checkpoint: "Checkpoint",
  pack: "Evidence pack",
  absence: "Proof of absence",
};

function reportCard({ file, report }: VerifiedFile): HTMLElement {
  return element(
    "section",
    { class: "step" },
    element("h2", {}, `${SUBJECTS[report.subject]} `, foreign(file)),
    element("ul", { class: "checks" }, ...report.checks.map(checkItem)),
    element("div", { class: "notes" }, ...report.notes.map((note) => element("p", {}, foreign(note)))),
  );
}

function checkItem({ id, status, compared, faults }: Check): HTMLElement {
  const rest = faults.length - FAULTS_SHOWN_MAX;
  return element(
    "li",
    { class: status },
    mark(status),
    element(
      "div",
      {},
      element(
        "p",
        {},
        element("span", { class: "name" }, id.replaceAll("_", " ")),
        element("span", { class: "status" }, STATUS_WORDS[status]),
      ),
      element("p", { class: "compared" }, foreign(compared)),
      faults.length === 0
        ? null
        : element(
            "ul",
            { class: "faults" },
            ...faults.slice(0, FAULTS_SHOWN_MAX).map(faultItem),
            rest > 0 ? element("li", {}, `and ${rest} more`) : null,
          ),
    ),
  );
}

const mark = (status: Check["status"]): HTMLElement =>
  element("span", { class: "mark", "aria-hidden": "true" }, STATUS_MARKS[status]);

function faultItem(fault: Fault): HTMLElement {
  const place = placeOf(fault);
  return element(
    "li",
    {},
    place === "" ? null : element("span", { class: "place" }, foreign(place)),
    foreign(fault.message),
  );
}

// --- replay -------------------------------------------------------------------

const noReplay = (why: string): HTMLElement =>
  element(
    "section",
    { class: "step" },
    element("h2", {}, "Not replayed"),
    element("p", { class: "hint" }, why),
  );

const GRAVITY: Readonly<Record<Replayed["status"], number>> = { MISMATCH: 0, UNVERIFIABLE: 1, MATCH: 2 };

function replayCard({ decisions, counts }: ReplayReport): HTMLElement {
  const sorted = decisions.toSorted(
    (left, right) => GRAVITY[left.status] - GRAVITY[right.status] || left.index - right.index,
  );
  const rest = sorted.length - DECISIONS_SHOWN_MAX;
  return element(
    "section",
    { class: "step" },
    element("h2", {}, "Decisions made again"),
    element(
      "p",
      { class: "hint" },
      `${counts.MATCH} match, ${counts.MISMATCH} differ, ${counts.UNVERIFIABLE} could not be made again.`,
    ),
    element("div", {}, ...sorted.slice(0, DECISIONS_SHOWN_MAX).map(decisionCard)),
    rest > 0 ? element("p", { class: "hint" }, `and ${rest} more; the copied report has them all`) : null,
  );
}

function decisionCard({ index, action, decision, status, comparisons }: Replayed): HTMLElement {
  const card = element(
    "details",
    { class: "decision-card" },
    element(
      "summary",
      {},
      element("span", { class: `badge ${status}` }, status),
      element("span", {}, `Entry ${index}: `, foreign(decision)),
      element("code", {}, foreign(action)),
    ),
    element("ul", { class: "checks dense" }, ...gravest(comparisons).map(comparisonItem)),
  );
  card.open = status === "MISMATCH";
  return card;
}

const RESULT_GRAVITY: Readonly<Record<Comparison["result"], number>> = {
  mismatch: 0,
  unverifiable: 1,
  match: 2,
};

const gravest = (comparisons: readonly Comparison[]): readonly Comparison[] =>
  comparisons.toSorted((left, right) => RESULT_GRAVITY[left.result] - RESULT_GRAVITY[right.result]);

function comparisonItem({ part, subject, result, expected, got, why }: Comparison): HTMLElement {
  const status = RESULT_STATUS[result];
  return element(
    "li",
    { class: status },
    mark(status),
    element(
      "div",
      {},
      element(
        "p",
        { class: "compared" },
        element("span", { class: "name" }, part.replaceAll("_", " ")),
        subject === null ? null : " ",
        subject === null ? null : foreign(subject),
        element("span", { class: "status" }, result),
      ),
      why === null ? null : element("p", { class: "compared" }, foreign(why)),
      result === "mismatch"
        ? element(
            "div",
            { class: "differ" },
            element("p", {}, "recorded: ", foreign(expected ?? "nothing")),
            element("p", {}, "replayed: ", foreign(got ?? "nothing")),
          )
        : null,
    ),
  );
}

// --- what was given ------------------------------------------------------------

function givenCard({ files, keys }: Outcome): HTMLElement {
  const row = (name: Node, ...values: Node[]) =>
    element("div", {}, element("dt", {}, name), element("dd", {}, ...values));
  return element(
    "section",
    { class: "step" },
    element("h2", {}, "What was compared"),
    element(
      "dl",
      { class: "facts" },
      ...files.map(({ name, what, byteLength, sha256 }) =>
        row(
          foreign(name),
          element("p", {}, `${what}, ${sizeText(byteLength)}`),
          element("code", {}, `SHA-256 ${sha256}`),
        ),
      ),
      ...keys.map(({ id, use, name }) =>
        row(
          element("span", {}, "Trusted key"),
          element("code", {}, foreign(id)),
          element("p", {}, use === null ? "given for every use" : `for: ${use}`),
          ...(name === null ? [] : [element("p", {}, foreign(name))]),
        ),
      ),
    ),
  );
}

export function sizeText(byteLength: number): string {
  if (byteLength < 1024) return `${byteLength} bytes`;
  const kib = byteLength / 1024;
  return kib < 1024 ? `${kib.toFixed(1)} KiB` : `${(kib / 1024).toFixed(1)} MiB`;
}
