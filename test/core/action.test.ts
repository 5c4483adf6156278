import { describe, expect, it } from "vitest";
import { actionDigest, parseAction } from "../../core/action.ts";
import type { Json } from "../../core/json.ts";

const parsed = (json: Json) => {
  const result = parseAction(json);
  return result.ok ? result.value : expect.fail(JSON.stringify(result.fault));
};
const pointers = (json: Json) => {
  const result = parseAction(json);
  return result.ok ? [] : result.fault.issues.map(({ pointer }) => pointer);
};
const minimal = { action: { surface: "outbound.email", payload: {} } };

describe("parseAction", () => {
  it("takes what docs/api.md shows", () => {
    const action = parsed({
      action: {
        surface: "outbound.email",
        tool: "email.send",
        target: "resend/main",
        payload: { from: "a@example.com" },
        resource: { folder: "acme", data_class: "phi", owner: "ada" },
        intent: "answer",
        reason: "asked",
        impact: "none",
        compensation: { target: "hook/crm", payload: {} },
      },
      context: {
        folder: "acme",
        agent: "bot",
        session: "s_1",
        request: "?",
        on_behalf_of: { user: "u_7", roles: ["support"] },
        labels: ["phi"],
        facts: { account_status: "active" },
      },
    });
    expect(action.context.on_behalf_of?.roles).toEqual(["support"]);
    expect(Object.isFrozen(action)).toBe(true);
  });

  it("asks for surface and payload only, and has a context even so", () => {
    expect(parsed(minimal).context).toEqual({});
  });

  it.each<[string, Json, string[]]>([
    ["nothing", {}, ["/action"]],
    ["no object", "action", [""]],
    ["no surface", { action: { payload: {} } }, ["/action/surface"]],
    ["no payload", { action: { surface: "a" } }, ["/action/payload"]],
    ["a payload that is a list", { action: { surface: "a", payload: [] } }, ["/action/payload"]],
    ["a surface with a capital", { action: { surface: "Outbound", payload: {} } }, ["/action/surface"]],
    ["a surface with a star", { action: { surface: "*", payload: {} } }, ["/action/surface"]],
    [
      "the gateway's own surface",
      { action: { surface: "countersign.alert", payload: {} } },
      ["/action/surface"],
    ],
    [
      "a tool in its name",
      { action: { surface: "a", tool: "countersign.alert", payload: {} } },
      ["/action/tool"],
    ],
    ["a target that climbs", { action: { surface: "a", payload: {}, target: "../x" } }, ["/action/target"]],
    [
      "a target of three parts",
      { action: { surface: "a", payload: {}, target: "a/b/c" } },
      ["/action/target"],
    ],
    ["an unknown member", { ...minimal, tenant: "t" }, ["/tenant"]],
    ["an unknown member within", { action: { surface: "a", payload: {}, "a/b~": 1 } }, ["/action/a~1b~0"]],
    ["an empty name", { ...minimal, context: { agent: "" } }, ["/context/agent"]],
    ["a long name", { ...minimal, context: { agent: "x".repeat(201) } }, ["/context/agent"]],
    [
      "a long reason",
      { action: { surface: "a", payload: {}, reason: "x".repeat(8001) } },
      ["/action/reason"],
    ],
    [
      "a role that is a number",
      { ...minimal, context: { on_behalf_of: { user: "u", roles: ["a", 1] } } },
      ["/context/on_behalf_of/roles/1"],
    ],
    ["too many labels", { ...minimal, context: { labels: Array(65).fill("x") } }, ["/context/labels"]],
  ])("refuses %s", (_, json, expected) => expect(pointers(json)).toEqual(expected));

  it.each(["__proto__", "constructor", "toString"])(
    "refuses an unknown member %s, and keeps it in a payload",
    (member) => {
      const json = JSON.parse(`{"action":{"surface":"a","payload":{"${member}":1},"${member}":1}}`) as Json;
      expect(pointers(json)).toEqual([`/action/${member}`]);
      const kept = parsed(JSON.parse(`{"action":{"surface":"a","payload":{"${member}":1}}}`) as Json);
      expect(Object.keys(kept.body.payload)).toEqual([member]);
    },
  );
});

describe("digests", () => {
  it("are one for one meaning, whatever the order of members", () => {
    const one = parsed({ action: { surface: "a", payload: { x: 1, y: 2 } }, context: {} });
    const other = parsed({ context: {}, action: { payload: { y: 2, x: 1 }, surface: "a" } });
    expect(one.fingerprint).toBe(other.fingerprint);
    expect(actionDigest(one, 1)).toBe(actionDigest(other, 1));
  });

  it("change with whatever an approval is bound to", () => {
    const digests = [
      actionDigest(parsed(minimal), null),
      actionDigest(parsed(minimal), 1),
      actionDigest(parsed(minimal), 2),
      actionDigest(parsed({ ...minimal, context: { agent: "bot" } }), 1),
      actionDigest(parsed({ action: { ...minimal.action, payload: { a: 1 } } }), 1),
    ];
    expect(new Set(digests).size).toBe(digests.length);
  });
});
