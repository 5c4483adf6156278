// The SDK's README shows a policy: it compiles, is admitted, and answers what the page says.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { FUEL_FAST } from "../../core/limits.ts";
import { redact } from "../../core/policy/obligation.ts";
import { compileEntry, sdkEntry } from "../../policy-plugins/tools/compile.ts";
import { PolicyHost } from "../../worker/evaluate/host.ts";
import { admitted, inputWith, runOf, settingsText, textOf } from "../evaluate/policies.ts";

const text = readFileSync(join(import.meta.dirname, "../../policy-plugins/sdk/README.md"), "utf8");
const example = /```ts\n([\s\S]*?)```/.exec(text)?.[1] ?? "";

it("shows a policy with each kind of finding and an obligation", { timeout: 60_000 }, async () => {
  const entry = "sdk/entry-of-readme.ts";
  const files = new Map([
    [entry, sdkEntry("readme")],
    ["readme/index.ts", example],
  ]);
  const policy = admitted(await compileEntry(entry, files), 2);
  const run = async (settings: string) =>
    textOf(await runOf(new PolicyHost(), policy, inputWith({ amount: 3, text: "a@b" }), settings, FUEL_FAST));
  const place = { part: "payload", pointer: "/text", start: 1, end: 2 };
  const findings = [
    { rule: "NO_ROLE" },
    { rule: "AMOUNT", part: "payload", pointer: "/amount" },
    { rule: "AT_SIGN", ...place },
  ];
  expect(JSON.parse((await run("{}")) ?? "")).toEqual({ findings });
  expect(JSON.parse((await run(settingsText({ redact: "replace" }))) ?? "")).toEqual({
    findings,
    obligations: [{ rule: "AT_SIGN", type: "redact", method: "replace", ...place }],
  });
  expect(await run(settingsText({ redact: "hide" }))).toBeNull();
});

const methods = [...text.matchAll(/^\| `Redact\.(\w+)` \| (?:`(.*)`|nothing at all) \|$/gm)].slice(-5);

it.each(methods.map(([, method = "", becomes = ""]) => ({ method, becomes })))(
  "says what becomes of a card number by $method",
  ({ method, becomes }) => {
    const card = "4111 1111 1111 1111";
    const span = { rule: "RULE", pointer: "/card", start: 0, end: card.length };
    const names = {
      Mask: "mask",
      MaskKeep4: "mask_keep_4",
      Hash: "hash",
      Replace: "replace",
      Remove: "remove",
    } as const;
    const name = names[method as keyof typeof names];
    expect(redact({ card }, [{ ...span, method: name }], new Uint8Array(32))).toEqual({ card: becomes });
  },
);

it("says it of every method", () => {
  expect(methods.map(([, method]) => method)).toEqual(["Mask", "MaskKeep4", "Hash", "Replace", "Remove"]);
});
