import { describe, expect, it } from "vitest";
import { parseAction } from "../../../core/action.ts";
import { addFacts, NO_FACTS, suppliedIn } from "../../../core/facts.ts";
import type { JsonObject } from "../../../core/json.ts";
import type { Message } from "../../../core/message.ts";
import { addedStrings, policyInput } from "../../../core/policy/input.ts";
import type { Principal } from "../../../core/principal.ts";

const parsed = parseAction({
  action: { surface: "a", payload: { text: "hi", to: ["x"] } },
  context: { agent: "bot" },
});
const action = parsed.ok ? parsed.value : expect.fail("not an action");
const principal: Principal = {
  key: "key_1",
  owner: "ada",
  agent: "bot",
  user: null,
  roles: ["r"],
  folder: "f",
};
const message: Message = {
  transport: "webhook",
  endpoint: "https://example.com",
  mediaType: "application/json",
  body: "",
  payloadAt: "",
  views: [],
  content: { text: "hi", to: ["x", "y"], moved: "hi", type: "t" },
};

describe("policyInput", () => {
  it("has the facts that were supplied, each with its source, and says nothing of sources without", () => {
    const source = { key: "key_kyc", at: "2026-01-31T12:00:00.000Z" };
    const supplied = addFacts(NO_FACTS, { kyc: "passed" }, source);
    const { document } = policyInput(action, principal, null, supplied);
    expect(document).toMatchObject({ facts: { kyc: "passed" }, fact_sources: { kyc: source } });
    expect(suppliedIn(document)).toEqual(supplied);
    expect(Object.keys(policyInput(action, principal, null).document)).not.toContain("fact_sources");
  });

  it("replaces a fact that is supplied again, as a whole and with its source", () => {
    const [one, other] = ["key_1", "key_2"].map((key) => ({ key, at: "2026-01-31T12:00:00.000Z" }));
    if (one === undefined || other === undefined) expect.fail("no sources");
    const before = addFacts(NO_FACTS, { kyc: { status: "open" }, plan: "pro" }, one);
    expect(addFacts(before, { kyc: { level: 2 } }, other)).toEqual({
      facts: { kyc: { level: 2 }, plan: "pro" },
      sources: { kyc: other, plan: one },
    });
  });

  it("is one canonical document, with what was submitted and who was authenticated", () => {
    const { document, text } = policyInput(action, principal, null);
    expect(text).toBe(
      '{"abi":"countersign-policy/1","action":{"payload":{"text":"hi","to":["x"]},"surface":"a"},"context":{"agent":"bot"},' +
        '"facts":{},"message":null,"principal":{"agent":"bot","folder":"f","key":"key_1","owner":"ada","roles":["r"],"user":null}}',
    );
    expect(JSON.parse(text)).toEqual(document);
  });

  it("shows every string of the message that does not stand in the payload at the same place", () => {
    expect(addedStrings(message, action.body.payload)).toEqual([
      { pointer: "/to/1", text: "y" },
      { pointer: "/moved", text: "hi" },
      { pointer: "/type", text: "t" },
    ]);
    expect(policyInput(action, principal, message).document.message).toEqual({
      media_type: "application/json",
      strings: addedStrings(message, action.body.payload),
    });
  });

  it("knows the payload again where rendering put it, as a webhook does", () => {
    const content = { data: { text: "hi", to: ["x"] }, text: "hi", type: "t" };
    expect(addedStrings({ ...message, payloadAt: "/data", content }, action.body.payload)).toEqual([
      { pointer: "/text", text: "hi" },
      { pointer: "/type", text: "t" },
    ]);
  });

  it("takes no longer over strings deep below long names", () => {
    let payload: JsonObject = Object.fromEntries(Array.from({ length: 9_000 }, (_, n) => [`k${n}`, "a"]));
    for (let depth = 0; depth < 60; depth++) payload = { [`${depth}`.padStart(2_300, "q")]: payload };
    const started = performance.now();
    const content = { data: payload, type: "t" };
    expect(addedStrings({ ...message, payloadAt: "/data", content }, payload)).toEqual([
      { pointer: "/type", text: "t" },
    ]);
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it("carries nothing of the message's endpoint or of a key's secrets", () => {
    expect(policyInput(action, principal, message).text).not.toContain("example.com");
  });
});
