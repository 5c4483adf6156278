import { describe, expect, it } from "vitest";
import { parseAction } from "../../../core/action.ts";
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
