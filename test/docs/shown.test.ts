/** What holds the pages to the truth has to see a lie. */
import { expect, it } from "vitest";
import { differences } from "./shown.ts";

it.each([
  [{ a: 1 }, { a: 1, b: 2 }],
  [
    { id: "act_…", n: "…" },
    { id: "act_1", n: 0 },
  ],
  [[{ a: [] }], [{ a: [] }]],
  ["✓ index …", "✓ index  10 entries"],
])("%j is true of %j", (shown, real) => {
  expect(differences(shown, real)).toEqual([]);
});

it.each([
  [{ a: 1 }, { a: 2 }],
  [{ a: 1 }, { b: 1 }],
  [{ a: null }, {}],
  [{ id: "act_…" }, { id: "act_" }],
  [{ id: "act_…" }, { id: "apr_1" }],
  [{ n: "…" }, { n: null }],
  [[], [1]],
  [{ a: [] }, { a: {} }],
  ["a.b…", "axb1"],
])("%j is not true of %j", (shown, real) => {
  expect(differences(shown, real)).not.toEqual([]);
});
