/** docs/auditors.md explains every check that there is, in the order in which they are printed. */
import { expect, it } from "vitest";
import { utf8 } from "../../core/encoding.ts";
import { verifyLedger } from "../../core/ledger/verify.ts";
import { verifyReceipt } from "../../core/ledger/verify-receipt.ts";
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

it("of an export", () => {
  expect(explained("## Export and verify")).toEqual(ledger.report.checks.map(({ id }) => id));
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
