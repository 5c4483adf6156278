/** Instances made before the first action: ready, or refused with the policy's own words. */
import { expect, it } from "vitest";
import { FUEL_FAST } from "../../core/limits.ts";
import { PolicyHost } from "../../worker/evaluate/host.ts";
import { builtPolicy, inputWith, settingsText } from "./policies.ts";

const denylist = builtPolicy("denylist");
const settings = settingsText({ denied_terms: ["forbidden"] });

it("a prepared policy answers at once, and as one that was not", async () => {
  const [prepared, cold] = [new PolicyHost(), new PolicyHost()];
  expect(await prepared.prepare(denylist, settings)).toBeNull();
  expect(prepared.kept.instances).toBe(1);
  const input = inputWith({ text: "a forbidden word" });
  const answer = prepared.run(denylist, settings, input, FUEL_FAST);
  expect(answer).not.toBeInstanceOf(Promise);
  expect(answer).toEqual(await cold.run(denylist, settings, input, FUEL_FAST));
  expect(await prepared.prepare(denylist, settings)).toBeNull();
  expect(prepared.kept.instances).toBe(1);
});

it("refused settings are told in the policy's words, and nothing is kept", async () => {
  const host = new PolicyHost();
  const fault = await host.prepare(denylist, settingsText({ denied_terms: [" "] }));
  expect(fault).toMatchObject({
    rule: "POLICY_SETTINGS_REFUSED",
    detail: expect.stringContaining("white space"),
  });
  expect(host.kept.instances).toBe(0);
});
