/** docs/auditors.md explains every check that there is, in the order in which they are printed. */
import { expect, it } from "vitest";
import { utf8 } from "../../core/encoding.ts";
import { verifyLedger } from "../../core/ledger/verify.ts";
import { verifyReceipt } from "../../core/ledger/verify-receipt.ts";
import { evidenceSource, makeEvidenceLog } from "../core/ledger/evidence-log.ts";
import {
  answerOf,
  bytesOf,
  checkpointKey,
  exportLog,
  KEYS,
  makeKey,
  makeLog,
  proofOf,
  signCheckpoint,
  signReceipt,
  signRotation,
} from "../core/ledger/log.ts";
import { codesIn, readPage, tableRows } from "./pages.ts";

const page = readPage("docs/auditors.md");
const explained = (heading: string) =>
  tableRows(page, heading, "check").flatMap(([checks]) => codesIn(checks));

const log = makeLog(3);
const rotations = [await signRotation("checkpoint", 3, checkpointKey, await makeKey("checkpoint"))];
const ledger = await verifyLedger(bytesOf(await exportLog(log, { sizes: [1], rotations })), KEYS);

it("of an export, with evidence and without", async () => {
  const { log, kept, erasures } = makeEvidenceLog();
  const rotations = [
    await signRotation("checkpoint", log.length, checkpointKey, await makeKey("checkpoint")),
  ];
  const evidence = evidenceSource(log, kept, erasures);
  const lines = await exportLog(log, { sizes: [1], rotations, evidence });
  const { report } = await verifyLedger(bytesOf(lines), KEYS);
  const checks = explained("## Export and verify");
  expect(checks).toEqual(report.checks.map(({ id }) => id));
  expect(checks.filter((id) => id !== "evidence")).toEqual(ledger.report.checks.map(({ id }) => id));
});

it("of a receipt", async () => {
  const entry = log[2] ?? expect.fail("the log has an entry 2");
  const receipt = {
    ...(await signReceipt(entry)),
    proof: proofOf(log, 2, await signCheckpoint(log)),
    rotations,
  };
  const answer = utf8(JSON.stringify({ ...answerOf(entry, receipt), findings: [], payload: null }));
  const { checks } = await verifyReceipt(answer, KEYS, { ledger });
  expect(explained("## A receipt")).toEqual(checks.map(({ id }) => id));
});
