import { expect, it } from "vitest";
import { digestOf } from "../../../core/hash.ts";
import { confirms } from "../../../core/policy/late.ts";

const passed = (text: string | null = null) => ({
  decision: text === null ? ("allow" as const) : ("modify" as const),
  changed: text === null ? null : { payloadDigest: digestOf(text) },
});

it.each(["block", "hold", "defer"] as const)(
  "a full evaluation that comes to %s does not confirm",
  (decision) => {
    expect(confirms(passed(), { ...passed(), decision })).toBe(false);
  },
);

it("what passed unchanged is confirmed by an allow alone", () => {
  expect(confirms(passed(), passed())).toBe(true);
  expect(confirms(passed(), passed("****"))).toBe(false);
});

it("what passed changed is confirmed only by the same change", () => {
  expect(confirms(passed("****"), passed("****"))).toBe(true);
  expect(confirms(passed("****"), passed("***"))).toBe(false);
  expect(confirms(passed("****"), passed())).toBe(false);
});
