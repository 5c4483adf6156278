/** An approval is bound to the bytes that go: to the changed ones, where obligations changed the action. */
import { describe, expect, it } from "vitest";
import { digestOf } from "../../core/hash.ts";
import type { DecisionRecord, ReviewDecision, SubmitDraft } from "../../durable-objects/rpc.ts";
import { commitOf, createObject, REVIEWER, type TestObject } from "./tenants.ts";

const changedTo = (text: string): NonNullable<DecisionRecord["changed"]> => ({
  payload: { text },
  payloadDigest: digestOf(`payload ${text}`),
  actionDigest: digestOf(text),
  inputDigest: digestOf(`input ${text}`),
});

const warning = (over: object): DecisionRecord["findings"][number] => ({
  policy: "pii",
  rule: "TERM",
  severity: "warn",
  part: null,
  pointer: null,
  start: null,
  end: null,
  key: false,
  reason: "",
  suggestion: null,
  observed: false,
  settled: false,
  ...over,
});

async function held(
  object: TestObject,
  changed: DecisionRecord["changed"],
  findings: DecisionRecord["findings"] = [],
) {
  const commit = await commitOf(object, "hold");
  const record = { ...commit.record, changed, findings };
  expect((await object.tenant.submit({ ...commit, record })).kind).toBe("committed");
  return { ...commit, record };
}

const approve = async (object: TestObject, task: SubmitDraft, record: Partial<DecisionRecord>) => {
  const decision: ReviewDecision = {
    approvalId: task.approvalId,
    keyId: REVIEWER.id,
    person: "rita",
    ifMatch: task.record.actionDigest,
    reason: "fine",
  };
  const again = { ...task, approvalId: `${task.approvalId}x`, record: { ...task.record, ...record } };
  return object.tenant.approve(decision, again);
};

describe("an approval of a changed action", () => {
  it("lets exactly what was shown pass", async () => {
    const object = await createObject();
    const task = await held(object, changedTo("masked"));
    expect(await approve(object, task, { decision: "modify" })).toMatchObject({
      kind: "decided",
      state: { status: "approved", record: { decision: "modify", changed: { payload: { text: "masked" } } } },
    });
  });

  it.each([
    ["changed otherwise", changedTo("masked"), changedTo("removed")],
    ["not changed any more", changedTo("masked"), null],
    ["changed, and was not", null, changedTo("masked")],
  ])("refuses what is %s", async (_, shown, now) => {
    const object = await createObject();
    const task = await held(object, shown);
    const decision = now === null ? "allow" : "modify";
    expect(await approve(object, task, { decision, changed: now })).toEqual({
      kind: "refused",
      why: "content_changed",
    });
    expect((await object.tenant.approvals("pending")).map(({ id }) => id)).toEqual([task.approvalId]);
  });

  it("blocks what is blocked now, whatever it was changed to", async () => {
    const object = await createObject();
    const task = await held(object, changedTo("masked"));
    expect(await approve(object, task, { decision: "block", changed: null })).toMatchObject({
      kind: "decided",
      state: { status: "blocked" },
    });
  });

  it("shows the reviewer what goes, and counts as discharged only what was still there", async () => {
    const object = await createObject();
    const findings = [warning({}), warning({ rule: "US_SSN", settled: true })];
    const task = await held(object, changedTo("masked"), findings);
    const shown = await object.tenant.heldAction(task.approvalId);
    expect(shown?.detail).toMatchObject({ changed: { payload: { text: "masked" } }, rules: ["TERM"] });
    await approve(object, task, { decision: "modify" });
    const { entries } = await object.tenant.ledger(0, 100);
    const approval = entries.map(({ text }) => JSON.parse(text)).find(({ type }) => type === "approval");
    expect(approval.body.discharged).toBe(1);
  });
});
