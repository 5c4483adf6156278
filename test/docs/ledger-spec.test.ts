/** docs/spec/ledger.md and the code name the same things. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { isKnownType } from "../../core/ledger/schema.ts";
import { verifyLedger } from "../../core/ledger/verify.ts";
import { exportBytes, exportText, KEYS, makeLog, signHead } from "../core/ledger/log.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/spec/ledger.md"), "utf8");
const section = (title: string): string => page.split(/^##+ /m).find((text) => text.startsWith(title)) ?? "";
const firstColumn = (text: string): string[] =>
  [...text.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name ?? "");

it("lists every type of entry that a verifier knows, and no other", () => {
  const [types = ""] = section("Bodies").split("The body of a `decision`");
  const names = firstColumn(types).filter((name) => name !== "type");
  expect(names).toHaveLength(17);
  expect(names.filter((name) => !isKnownType(name))).toEqual([]);
});

it("lists every check that a verifier makes, in its order", async () => {
  const log = makeLog(3);
  const { report } = await verifyLedger(exportBytes(log, await signHead(log)), KEYS);
  expect(firstColumn(section("Verification"))).toEqual(report.checks.map(({ id }) => id));
});

it("lays out a line as the export does", () => {
  const [log] = [makeLog(1)];
  const layout = /^\{"index":<index>.*$/m.exec(page)?.[0] ?? "";
  const { index, leaf, text } = log[0] ?? expect.fail("the log is empty");
  const line = layout.replace("<index>", String(index)).replace("<digest>", leaf).replace("<entry>", text);
  expect(exportText(log, null)).toBe(`${line}\n`);
});
