/** docs/spec/ledger.md and the code name the same things. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { isKnownType } from "../../core/ledger/schema.ts";
import { verifyLedger } from "../../core/ledger/verify.ts";
import { evidenceSource, makeEvidenceLog } from "../core/ledger/evidence-log.ts";
import {
  bytesOf,
  checkpointKey,
  exportLog,
  KEYS,
  makeKey,
  makeLog,
  signRotation,
} from "../core/ledger/log.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/spec/ledger.md"), "utf8");
const section = (title: string): string => page.split(/^##+ /m).find((text) => text.startsWith(title)) ?? "";
const firstColumn = (text: string): string[] =>
  [...text.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name ?? "");

it("lists every type of entry that a verifier knows, and no other", () => {
  const [types = ""] = section("Bodies").split("The body of a `decision`");
  const names = firstColumn(types).filter((name) => name !== "type");
  expect(names).toHaveLength(21);
  expect(names.filter((name) => !isKnownType(name))).toEqual([]);
});

it("lists every check that a verifier makes, in its order", async () => {
  const { log, kept, erasures } = makeEvidenceLog();
  const rotations = [
    await signRotation("checkpoint", log.length, checkpointKey, await makeKey("checkpoint")),
  ];
  const evidence = evidenceSource(log, kept, erasures);
  const lines = await exportLog(log, { sizes: [1], rotations, evidence });
  const { report } = await verifyLedger(bytesOf(lines), KEYS);
  expect(firstColumn(section("Verification"))).toEqual(report.checks.map(({ id }) => id));
});

it("lays out the lines as the export does", async () => {
  const lines = await exportLog(makeLog(3), { from: 1, to: 1, sizes: [2] });
  const layouts = /^```lines\n([\s\S]*?)\n```$/m.exec(page)?.[1]?.split("\n") ?? [];
  for (const line of lines) {
    const [lead = ""] = /^\{"\w+":/.exec(line) ?? [];
    const layout = layouts.find((one) => one.startsWith(lead)) ?? expect.fail(`no layout of ${lead}`);
    const filled = layout
      .replace('"<digest>"', '"…"')
      .replace("<entry>", "{}")
      .replace(/<[^>]*>/g, "0");
    expect(membersOf(JSON.parse(line.replace(/"entry":\{.*\}\}/, '"entry":{}}')))).toEqual(
      membersOf(JSON.parse(filled)),
    );
  }
});

/** Names of members, and of those inside them. */
const membersOf = (json: Record<string, unknown>): unknown =>
  Object.entries(json).map(([name, value]) => [
    name,
    typeof value === "object" && value !== null ? Object.keys(value) : null,
  ]);
