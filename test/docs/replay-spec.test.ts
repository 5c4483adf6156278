/** docs/spec/replay.md and the code name the same things. */
import { expect, it } from "vitest";
import {
  bundleLine,
  type DecisionLine,
  decisionLine,
  erasedLine,
  policyLine,
} from "../../core/ledger/evidence.ts";
import { CHANGES } from "../../core/policy/change.ts";
import { REPLAY_PARTS } from "../../core/policy/replay/report.ts";
import { codesIn, readPage, tableRows } from "./pages.ts";

const HEADING = "## Export with evidence";
const page = readPage("docs/spec/replay.md");

it("lists every part that is compared, in its order", () => {
  const parts = tableRows(page, "## What is compared", "part").flatMap(([part]) => codesIn(part));
  expect(parts).toEqual([...REPLAY_PARTS]);
});

it("lays the lines out as the export does", () => {
  const digest = "sha256:…" as const;
  const decision: DecisionLine = {
    index: 7,
    salt: "…",
    input: "…",
    changed_input: null,
    verdicts: { decision: ["…"], shadow: null },
    discharged: null,
  };
  const lines = [
    decisionLine(decision),
    erasedLine({ index: 9, entry: 12 }),
    bundleLine({ digest, text: "…" }),
    policyLine({
      policy_id: digest,
      manifest: {},
      wasm_sha256: "…",
      exec_id: digest,
      profile_id: "…",
    }).replace('"manifest":{}', '"manifest":{…}'),
  ];
  for (const line of lines) expect(page.text.split("\n")).toContain(line);
  const members = tableRows(page, HEADING, "member").flatMap(([member]) => codesIn(member));
  expect(members).toEqual(Object.keys(decision));
});

it("and docs/api.md has the changes in the order in which they are listed", () => {
  const { text } = readPage("docs/api.md");
  const [, named = ""] = /by `change`, in this order: ([\s\S]*?)\. A page/.exec(text) ?? [];
  expect(codesIn(named)).toEqual([...CHANGES]);
});
