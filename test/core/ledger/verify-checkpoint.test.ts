/** A checkpoint by itself: what stands in no note, its epoch's statement and rotations of its key, comes with the keys. */
import { describe, expect, it } from "vitest";
import { utf8 } from "../../../core/encoding.ts";
import type { Json } from "../../../core/json.ts";
import { readKeyFile } from "../../../core/ledger/key-file.ts";
import { verifyCheckpoint } from "../../../core/ledger/verify-checkpoint.ts";
import {
  checkpointKey,
  failedChecks,
  KEYS,
  LOG,
  makeKey,
  makeLog,
  receiptKey,
  signCheckpoint,
  signEpoch,
  signRotation,
} from "./log.ts";

const log = makeLog(20);
const operator = await makeKey("epoch");
const newer = await makeKey("checkpoint");
const ofEpoch2 = await signCheckpoint(log, { origin: `${LOG}/epoch/2` });
const opened = await signEpoch(operator, 2, log, 5);
const rotation = await signRotation("checkpoint", 12, checkpointKey, newer);

/** As one verifies it with one file of keys. */
async function verify(note: string, file: Record<string, unknown>) {
  const root = await readKeyFile(utf8(JSON.stringify(file)));
  if (!root.ok) throw new Error(root.fault);
  const { keys, ...statements } = root.value;
  return verifyCheckpoint(utf8(note), keys, { statements });
}
const failures = async (...args: Parameters<typeof verify>) => failedChecks(await verify(...args));

describe("a checkpoint of a later epoch", () => {
  const keys = [checkpointKey.jwk, operator.jwk];

  it("verifies with the statement that opened it", async () => {
    expect(await failures(ofEpoch2, { keys, epochs: [opened] })).toEqual([]);
    const report = await verify(ofEpoch2, { keys, epochs: [opened] });
    expect(report.notes[0]).toContain(`The log ${LOG} had 20 entries`);
  });

  it("says what is missing without it", async () => {
    const messages = async (file: Record<string, unknown>) =>
      (await verify(ofEpoch2, file)).checks
        .flatMap(({ faults }) => faults.map(({ message }) => message))
        .join();
    expect(await messages({ keys })).toContain("GET /v1/ledger/keys answers");
    expect(await messages({ keys: [checkpointKey.jwk], epochs: [opened] })).toContain(
      "Give the operator's too",
    );
  });

  it("is not opened by a statement of another epoch, log or key", async () => {
    const other = await signEpoch(operator, 3, log, 5);
    const foreign = await signEpoch(operator, 2, log, 5, { log: "test.example/t/other" });
    const forged = await signEpoch(await makeKey("epoch"), 2, log, 5);
    for (const epoch of [other, foreign, forged, "x"])
      expect(await failures(ofEpoch2, { keys, epochs: [epoch] })).toEqual(["checkpoint_signature"]);
  });
});

describe("a checkpoint by a key that was exchanged", () => {
  const older = { ...checkpointKey.jwk, countersign_successor: newer.jwk.kid };
  const keys = [older, newer.jwk, receiptKey.jwk];
  const at = (size: number, key = checkpointKey) => signCheckpoint(log, { size, key });

  it("verifies up to the rotation's size, and with the rotation alone", async () => {
    const file = { keys, rotations: [rotation] };
    expect(await failures(await at(12), file)).toEqual([]);
    expect(await failures(await at(13), file)).toEqual(["checkpoint_signature"]);
    expect(await failures(await at(12), { keys })).toEqual(["checkpoint_signature"]);
    expect(await failures(await at(20, newer), { keys })).toEqual([]);
  });

  it("is bounded by the newer of two files", async () => {
    const root = await readKeyFile(utf8(JSON.stringify({ keys })));
    const given = [...(root.ok ? root.value.keys : []), ...KEYS];
    expect(failedChecks(await verifyCheckpoint(utf8(await at(12)), given))).toEqual(["checkpoint_signature"]);
  });

  it("needs a successor that is the id of a key", async () => {
    for (const successor of ["", "x", 1, {}] as Json[]) {
      const file = { keys: [{ ...checkpointKey.jwk, countersign_successor: successor }] };
      expect(await readKeyFile(utf8(JSON.stringify(file)))).toMatchObject({ ok: false });
    }
  });
});
