import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { utf8 } from "../../../core/encoding.ts";
import type { EngineRule } from "../../../core/policy/engine-rules.ts";
import type { PolicyInput } from "../../../core/policy/input.ts";
import { parseVerdict } from "../../../core/policy/verdict.ts";
import { MANIFEST } from "./judgements.ts";

const document = {
  action: { surface: "a", payload: { text: "a😀b", amount: -12.5, "k~/y": "v", list: ["x"], flag: true } },
  context: { agent: "bot" },
  message: { media_type: "text/plain", strings: [{ pointer: "/type", text: "ticket" }] },
};
const input: PolicyInput = { document, text: "" };
const parse = (output: unknown) =>
  parseVerdict(
    typeof output === "string"
      ? utf8(output)
      : output instanceof Uint8Array
        ? output
        : utf8(JSON.stringify(output)),
    MANIFEST,
    input,
  );
const one = (finding: object) => parse({ findings: [{ rule: "WARN", ...finding }] });
const fault = (result: ReturnType<typeof parse>) => (result.ok ? null : result.fault);

describe("parseVerdict believes", () => {
  it.each([
    ["a rule by itself", {}],
    ["a value", { part: "payload", pointer: "/amount" }],
    ["the payload as a whole", { part: "payload", pointer: "" }],
    ["a span to the very end", { part: "payload", pointer: "/text", start: 0, end: 4 }],
    ["a span in a member's name", { part: "payload", pointer: "/k~0~1y", start: 0, end: 4, key: true }],
    ["a place in the action", { part: "action", pointer: "/surface", start: 0, end: 1 }],
    ["a place in the context", { part: "context", pointer: "/agent" }],
    ["a place in the message", { part: "message", pointer: "/type", start: 0, end: 6 }],
  ])("%s", (_, finding) =>
    expect(one(finding)).toEqual({
      ok: true,
      value: { findings: [{ rule: "WARN", ...finding }], obligations: [] },
    }),
  );

  it.each([{ findings: [] }, { findings: [], obligations: [] }, ' {"findings":[]}'])(
    "no findings: %j",
    (output) => expect(parse(output)).toEqual({ ok: true, value: { findings: [], obligations: [] } }),
  );

  it("a redaction of a string of the payload", () => {
    const output = { findings: [], obligations: [{ ...REDACTION, start: 1, end: 3 }] };
    const { type, part, ...obligation } = REDACTION;
    expect([type, part]).toEqual(["redact", "payload"]);
    expect(parse(output)).toEqual({
      ok: true,
      value: { findings: [], obligations: [{ ...obligation, start: 1, end: 3 }] },
    });
  });
});

const REDACTION = {
  rule: "WARN",
  type: "redact",
  method: "mask",
  part: "payload",
  pointer: "/text",
  start: 0,
  end: 4,
};

describe("parseVerdict refuses of obligations", () => {
  it.each<[string, object, EngineRule]>([
    ["an unknown type", { type: "encrypt" }, "POLICY_OBLIGATION_UNKNOWN"],
    ["an unknown type with other members", { type: "notify", whom: "x" }, "POLICY_OBLIGATION_UNKNOWN"],
    ["an unknown method", { method: "shred" }, "POLICY_OUTPUT_INVALID"],
    ["another member", { text: "x" }, "POLICY_OUTPUT_INVALID"],
    ["another part", { part: "context" }, "POLICY_OUTPUT_INVALID"],
    ["an unknown rule", { rule: "OTHER" }, "POLICY_UNKNOWN_RULE"],
    ["a place that is not there", { pointer: "/none" }, "POLICY_SPAN_OUTSIDE"],
    ["a number", { pointer: "/amount" }, "POLICY_SPAN_OUTSIDE"],
    ["a span past the end", { end: 5 }, "POLICY_SPAN_OUTSIDE"],
    ["an empty span", { start: 4 }, "POLICY_SPAN_OUTSIDE"],
    ["the first half of a surrogate pair", { end: 2 }, "POLICY_SPAN_OUTSIDE"],
    ["the second half of a surrogate pair", { start: 2 }, "POLICY_SPAN_OUTSIDE"],
  ])("%s", (_, over, rule) =>
    expect(fault(parse({ findings: [], obligations: [{ ...REDACTION, ...over }] }))).toBe(rule),
  );
});

describe("parseVerdict refuses", () => {
  it.each<[string, unknown, EngineRule]>([
    ["nothing", "", "POLICY_OUTPUT_INVALID"],
    ["null", null, "POLICY_OUTPUT_INVALID"],
    ["an empty object", {}, "POLICY_OUTPUT_INVALID"],
    ["a list", [], "POLICY_OUTPUT_INVALID"],
    ["findings that are no list", { findings: {} }, "POLICY_OUTPUT_INVALID"],
    ["another member", { findings: [], note: "x" }, "POLICY_OUTPUT_INVALID"],
    [
      "another member in a finding",
      { findings: [{ rule: "WARN", message: "4111" }] },
      "POLICY_OUTPUT_INVALID",
    ],
    ["two lists of findings", '{"findings":[{"rule":"BLOCK"}],"findings":[]}', "POLICY_OUTPUT_INVALID"],
    ["text after it", '{"findings":[]}x', "POLICY_OUTPUT_INVALID"],
    ["invalid UTF-8", new Uint8Array([0xff]), "POLICY_OUTPUT_INVALID"],
    ["257 findings", { findings: Array(257).fill({ rule: "INFO" }) }, "POLICY_OUTPUT_INVALID"],
    ["too many bytes", " ".repeat(64 * 1024 + 1), "POLICY_OUTPUT_TOO_LARGE"],
    ["an unknown rule", { findings: [{ rule: "OTHER" }] }, "POLICY_UNKNOWN_RULE"],
    ["a rule of the gate's own", { findings: [{ rule: "NO_BINDING" }] }, "POLICY_UNKNOWN_RULE"],
    ["a rule named as a member of Object", { findings: [{ rule: "__proto__" }] }, "POLICY_UNKNOWN_RULE"],
  ])("%s", (_, output, rule) => expect(fault(parse(output))).toBe(rule));

  it.each<[string, object]>([
    ["a part without pointer", { part: "payload" }],
    ["a pointer without part", { pointer: "/text" }],
    ["a span without place", { start: 0, end: 1 }],
    ["a key without place", { key: true }],
    ["a place that is not there", { part: "payload", pointer: "/nothing" }],
    ["a malformed pointer", { part: "payload", pointer: "text" }],
    ["a pointer through a prototype", { part: "payload", pointer: "/constructor/name" }],
    ["a start without end", { part: "payload", pointer: "/text", start: 0 }],
    ["an end without start", { part: "payload", pointer: "/text", end: 1 }],
    ["an empty span", { part: "payload", pointer: "/text", start: 1, end: 1 }],
    ["a span backwards", { part: "payload", pointer: "/text", start: 2, end: 1 }],
    ["a span past the end", { part: "payload", pointer: "/text", start: 0, end: 5 }],
    ["a span in a list", { part: "payload", pointer: "/list", start: 0, end: 1 }],
    ["a span in a number", { part: "payload", pointer: "/amount", start: 0, end: 5 }],
    ["a span in a boolean", { part: "payload", pointer: "/flag", start: 0, end: 1 }],
    ["a span past a name's end", { part: "payload", pointer: "/k~0~1y", start: 0, end: 5, key: true }],
    ["a name of the whole", { part: "payload", pointer: "", start: 0, end: 1, key: true }],
    ["a message string that is not there", { part: "message", pointer: "/strings/0/text" }],
  ])("to point outside: %s", (_, finding) => expect(fault(one(finding))).toBe("POLICY_SPAN_OUTSIDE"));

  it.each([
    { start: -1, end: 1 },
    { start: 0.5, end: 1 },
    { start: "0", end: 1 },
    { start: null, end: null },
  ])("offsets that are none: %j", (span) => {
    expect(fault(one({ part: "payload", pointer: "/text", ...span }))).toBe("POLICY_OUTPUT_INVALID");
  });

  it("in a message where there is none", () => {
    const none = { document: { ...document, message: null }, text: "" };
    const output = utf8('{"findings":[{"rule":"WARN","part":"message","pointer":"/type"}]}');
    expect(parseVerdict(output, MANIFEST, none)).toEqual({ ok: false, fault: "POLICY_SPAN_OUTSIDE" });
  });

  it("whatever bytes come, without throwing", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(parse(bytes).ok).toBe(false);
      }),
    );
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const result = parse(value);
        if (result.ok) expect(value).toEqual({ findings: result.value });
      }),
    );
  });
});
