import { describe, expect, it } from "vitest";
import { digestOf } from "../../../core/hash.ts";
import { BINDING_DEFAULTS, type Binding, matchBindings } from "../../../core/policy/binding.ts";

const bound = (surface: string, folder: string | null): Binding => ({
  ...BINDING_DEFAULTS,
  surface,
  folder,
  bundle: digestOf("b"),
});
const all = [
  bound("*", null),
  bound("*", "f"),
  bound("a", null),
  bound("a", "f"),
  bound("a", "g"),
  bound("b", null),
  bound("b", "f"),
];
const names = (surface: string, folders: (string | null)[]) =>
  matchBindings(all, surface, folders).map(({ surface, folder }) => `${surface}/${folder ?? "*"}`);

describe("matchBindings", () => {
  it.each<[string, (string | null)[], string[]]>([
    ["a", [null], ["*/*", "a/*"]],
    ["a", ["f"], ["*/*", "*/f", "a/*", "a/f"]],
    ["a", ["f", "g"], ["*/*", "*/f", "a/*", "a/f", "a/g"]],
    ["a", [], ["*/*", "a/*"]],
    ["c", ["h"], ["*/*"]],
    ["a.b", [null], ["*/*"]],
    ["A", [null], ["*/*"]],
  ])("of %j in %j finds every one that governs", (surface, folders, expected) =>
    expect(names(surface, folders)).toEqual(expected),
  );

  it("finds none where none governs", () =>
    expect(matchBindings([bound("a", "f")], "a", [null])).toEqual([]));
  it("finds none where only a folder that the action reaches into has one", () => {
    expect(matchBindings([bound("a", "f")], "a", [null, "f"])).toEqual([]);
    expect(matchBindings([bound("a", "f")], "a", ["g", "f"])).toEqual([]);
  });
  it("never finds fewer for one folder more", () => {
    expect(names("a", ["g", "f"])).toEqual(expect.arrayContaining(names("a", ["f"])));
  });
});
