// Settings are checked by the policy itself, and a doubtful one is refused: a policy must never run with less
// than it was told.

import { describe, expect, it } from "vitest";
import { configure, evaluate } from "./extism-host.ts";

const accepted: [string, unknown][] = [
  ["denylist", { denied_terms: [] }],
  ["denylist", { discouraged_terms: ["a"], whole_word: false }],
  ["pii", {}],
  ["pii", { entities: ["US_SSN", "CREDIT_CARD", "US_SSN_UNDELIMITED"] }],
  ["access", {}],
  ["access", { tools: [], arguments: [], forbidden_account_states: [] }],
  ["access", { arguments: [{ tool: "*", pointer: "", required: true }] }],
  ["access", { arguments: [{ tool: "*", pointer: "/a/*/b", type: "integer", max: 3 }] }],
  ["access", { arguments: [{ tool: "*", pointer: "/a", pattern: "[\\]a]", max_length: 3 }] }],
  ["access", { denied_tools: [{ tool: "x" }], recipients: {}, code: {}, data_classes: [{ label: "phi" }] }],
  ["secrets", {}],
  ["secrets", { redact: "mask" }],
];

const refused: [string, unknown, string][] = [
  ["denylist", [], "must be an object"],
  ["denylist", {}, "denied_terms, discouraged_terms or lists is needed"],
  ["denylist", { denied_term: ["a"], denied_terms: ["a"] }, "unknown setting denied_term"],
  ["denylist", { denied_terms: "a" }, "denied_terms must be a list of strings, none empty"],
  ["denylist", { denied_terms: ["a", 1] }, "denied_terms must be a list of strings, none empty"],
  ["denylist", { denied_terms: ["a", ""] }, "denied_terms must be a list of strings, none empty"],
  ["denylist", { denied_terms: [" \n"] }, "a term of nothing but white space"],
  ["denylist", { denied_terms: ["a".repeat(257)] }, "longer than 256"],
  ["denylist", { denied_terms: ["a"], whole_word: "yes" }, "whole_word must be true or false"],
  ["denylist", { denied_terms: ["a"], whole_word: null }, "whole_word must be true or false"],
  ["pii", { entities: [] }, "entities must name a rule"],
  ["pii", { entities: ["EMAIL"] }, "entities must be of"],
  ["pii", { entities: "US_SSN" }, "entities must be a list"],
  ["pii", { entities: [null] }, "entities must be a list"],
  ["access", { tool: [] }, "unknown setting tool"],
  ["access", { tools: {} }, "tools must be a list"],
  ["access", { tools: ["x"] }, "tools/0/ must be an object"],
  ["access", { tools: [{ tool: "x" }] }, "tools/0/roles is missing"],
  ["access", { tools: [{ roles: ["x"] }] }, "tools/0/tool is missing"],
  ["access", { tools: [{ tool: "", roles: ["x"] }] }, "tools/0/tool must be a string, not empty"],
  ["access", { tools: [{ tool: "x", roles: "x" }] }, "tools/0/roles must be a list"],
  ["access", { tools: [{ tool: "x", roles: ["x"], surface: "s" }] }, "unknown setting tools/0/surface"],
  ["access", { tools: [{ tool: "x", roles: ["x"], surfaces: "s" }] }, "tools/0/surfaces must be a list"],
  [
    "access",
    { arguments: [{ tool: "x", pointer: "a", max: 1 }] },
    "arguments/0/pointer must be a JSON Pointer",
  ],
  [
    "access",
    { arguments: [{ tool: "x", pointer: "/~2", max: 1 }] },
    "arguments/0/pointer must be a JSON Pointer",
  ],
  [
    "access",
    { arguments: [{ tool: "x", pointer: "/a~", max: 1 }] },
    "arguments/0/pointer must be a JSON Pointer",
  ],
  ["access", { arguments: [{ tool: "x", pointer: "/a", max: "1" }] }, "arguments/0/max must be a number"],
  ["access", { arguments: [{ tool: "x", pointer: "/a", max: 1, min: 2 }] }, "arguments/0/min is above max"],
  ["access", { arguments: [{ tool: "x", pointer: "/a", max: 1, one_of: ["a"] }] }, "one_of is for strings"],
  ["access", { arguments: [{ tool: "x", pointer: "/a" }] }, "arguments/0/bounds nothing"],
  [
    "access",
    { arguments: [{ tool: "x", pointer: "/a", required: 1 }] },
    "arguments/0/required must be true or false",
  ],
  ["access", { forbidden_account_states: ["closed", null] }, "forbidden_account_states must be a list"],
  ["access", { denied_tools: [{ roles: ["x"] }] }, "denied_tools/0/tool is missing"],
  ["access", { arguments: [{ tool: "x", pointer: "/a", type: "text" }] }, "arguments/0/type must be"],
  [
    "access",
    { arguments: [{ tool: "x", pointer: "/a", max: 1, pattern: "a" }] },
    "max and min are for numbers",
  ],
  [
    "access",
    { arguments: [{ tool: "x", pointer: "/a", max_length: 1.5 }] },
    "max_length must be a whole number",
  ],
  [
    "access",
    { arguments: [{ tool: "x", pointer: "/a", max_length: 1, min_length: 2 }] },
    "min_length is above",
  ],
  ...["[", "[a", "[]", "[b-a]", "a{", "a{1", "a{2,1}", "a{0}", "a{61}", "\\", "?".repeat(61)].map(
    (pattern): [string, unknown, string] => [
      "access",
      { arguments: [{ tool: "x", pointer: "/a", pattern }] },
      "arguments/0/pattern is malformed or too long",
    ],
  ),
  ["access", { required_facts: [{ tool: "x" }] }, "required_facts/0/fact is missing"],
  ["access", { required_facts: [{ fact: "a" }] }, "required_facts/0/fact must be a JSON Pointer"],
  ["access", { recipients: [] }, "recipients must be an object"],
  ["access", { recipients: { to: [] } }, "unknown setting recipients/to"],
  ["access", { recipients: { pointers: ["to"] } }, "recipients/pointers must be JSON Pointers"],
  ["access", { recipients: { max: -1 } }, "recipients/max must be a whole number"],
  ["access", { code: { kinds: ["perl"] } }, "code/kinds must be of"],
  ["access", { data_classes: [{ domains: ["a.b"] }] }, "data_classes/0/label is missing"],
  ["access", { folder_isolation: 1 }, "folder_isolation must be true or false"],
  ["secrets", { redact: "erase" }, "redact must be"],
  ["secrets", { entities: [] }, "unknown setting entities"],
];

describe("settings", () => {
  it.each(accepted)("%s accepts %j", async (name, settings) => {
    expect(await configure(name, settings)).toMatchObject({ rc: 0, error: null, trap: null });
  });

  it.each(refused)("%s refuses %j", async (name, settings, message) => {
    const call = await configure(name, settings);
    expect(call.rc).toBe(1);
    expect(call.error).toContain(message);
  });

  it("are refused by evaluate too, should a host not look", async () => {
    await expect(evaluate("pii", { entities: [] }, { action: {} })).rejects.toThrow("settings refused");
  });
});
