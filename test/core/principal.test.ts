import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Action, parseAction } from "../../core/action.ts";
import { type ApiKey, claimPrincipal } from "../../core/principal.ts";

const KEY: ApiKey = {
  id: "key_1",
  name: "test",
  owner: "ada",
  scopes: ["app"],
  surfaces: ["*"],
  folders: ["*"],
  agents: ["*"],
  roles: [],
  expiresAtMs: null,
  secretHash: "",
};
function action(surface = "a.b", context: object = {}): Action {
  const parsed = parseAction({ action: { surface, payload: {} }, context: context as never });
  return parsed.ok ? parsed.value : expect.fail("not an action");
}
/** The claim refused, or null. */
const refused = (key: Partial<ApiKey>, surface?: string, context?: object) => {
  const claimed = claimPrincipal({ ...KEY, ...key }, action(surface, context));
  return claimed.ok ? null : claimed.fault.claim;
};

describe("claimPrincipal", () => {
  it.each<[string, Partial<ApiKey>, string, object, string | null]>([
    ["any surface", {}, "a.b", {}, null],
    ["a listed surface", { surfaces: ["x", "a.b"] }, "a.b", {}, null],
    ["another surface", { surfaces: ["a"] }, "a.b", {}, "surface"],
    ["no surface", { surfaces: [] }, "a.b", {}, "surface"],
    ["a listed folder", { folders: ["f", "g"] }, "a.b", { folder: "g" }, null],
    ["another folder", { folders: ["f", "g"] }, "a.b", { folder: "h" }, "folder"],
    ["the one folder, unnamed", { folders: ["f"] }, "a.b", {}, null],
    ["one of two folders, unnamed", { folders: ["f", "g"] }, "a.b", {}, "folder"],
    ["no folder at all, unnamed", { folders: [] }, "a.b", {}, null],
    ["no folder at all, named", { folders: [] }, "a.b", { folder: "f" }, "folder"],
    ["a folder named *", { folders: ["f"] }, "a.b", { folder: "*" }, "folder"],
    ["another agent", { agents: ["bot"] }, "a.b", { agent: "rob" }, "agent"],
    ["one of two agents, unnamed", { agents: ["bot", "rob"] }, "a.b", {}, "agent"],
    ["any role but none listed", {}, "a.b", { on_behalf_of: { user: "u", roles: ["admin"] } }, "role"],
    ["a listed role", { roles: ["admin"] }, "a.b", { on_behalf_of: { user: "u", roles: ["admin"] } }, null],
    [
      "one role too many",
      { roles: ["a"] },
      "a.b",
      { on_behalf_of: { user: "u", roles: ["a", "b"] } },
      "role",
    ],
    ["a folder by its case", { folders: ["F"] }, "a.b", { folder: "f" }, "folder"],
    ["a folder called __proto__", { folders: ["f"] }, "a.b", { folder: "__proto__" }, "folder"],
  ])("answers for %s", (_, key, surface, context, claim) =>
    expect(refused(key, surface, context)).toBe(claim),
  );

  it("fills in the one folder and agent that a key has", () => {
    const claimed = claimPrincipal({ ...KEY, folders: ["f"], agents: ["bot"] }, action());
    expect(claimed).toEqual({
      ok: true,
      value: { key: "key_1", owner: "ada", agent: "bot", user: null, roles: [], folder: "f" },
    });
    expect(claimPrincipal(KEY, action())).toMatchObject({ value: { folder: null, agent: null } });
  });

  it("never gives what the key does not list", () => {
    const names = fc.constantFrom("a", "b", "c", "*");
    const lists = fc.uniqueArray(names, { maxLength: 3 });
    const context = fc.record(
      {
        folder: names,
        agent: names,
        on_behalf_of: fc.record({ user: names, roles: fc.array(names, { maxLength: 2 }) }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(lists, lists, lists, lists, context, (surfaces, folders, agents, roles, claims) => {
        const claimed = claimPrincipal({ ...KEY, surfaces, folders, agents, roles }, action("a", claims));
        if (!claimed.ok) return;
        const within = (list: readonly string[], value: string | null) =>
          list.includes("*") || (value === null ? list.length === 0 : list.includes(value));
        const { folder, agent, roles: got } = claimed.value;
        expect([
          within(surfaces, "a"),
          within(folders, folder),
          within(agents, agent),
          got.every((role) => within(roles, role)),
        ]).toEqual([true, true, true, true]);
      }),
    );
  });
});
