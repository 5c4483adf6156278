import { describe, expect, it } from "vitest";
import { findingsPart } from "../../../core/policy/parts.ts";
import { type Answer, judgement, MANIFEST } from "./judgements.ts";

const part = (...answers: readonly Answer[]) =>
  new TextDecoder().decode(findingsPart(judgement("enforce", answers).runs));
const denylist = { ...MANIFEST, name: "denylist" };

describe("what others found", () => {
  it("has each rule once, with its number, in one order", () => {
    const text =
      '{"findings":[{"count":1,"policy":"pii","rule":"INFO","severity":"info"},{"count":2,"policy":"pii","rule":"WARN","severity":"warn"}]}';
    expect(part({ rules: ["warn", "info"] }, { rules: ["warn"] })).toBe(text);
    expect(part({ rules: ["info"] }, { rules: ["warn", "warn"] })).toBe(text);
  });

  it("has the severities that the bundle gives", () =>
    expect(part({ rules: ["warn"], severities: { WARN: "block" } })).toBe(
      '{"findings":[{"count":1,"policy":"pii","rule":"WARN","severity":"block"}]}',
    ));

  it("has a policy that failed, or is not there, by the gateway's rule", () => {
    expect(part({ error: "POLICY_OUT_OF_FAST_FUEL" }, { rules: ["info"], manifest: null })).toBe(
      '{"findings":[{"count":1,"policy":"pii","rule":"POLICY_MISSING","severity":"block"},{"count":1,"policy":"pii","rule":"POLICY_OUT_OF_FAST_FUEL","severity":"block"}]}',
    );
  });

  it("is empty where nothing was found", () =>
    expect(part({ rules: [], manifest: denylist })).toBe('{"findings":[]}'));
});
