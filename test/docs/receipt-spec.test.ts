/** The worked example in docs/spec/receipt.md: its bytes, and its program in another language. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PAYLOAD_TYPES } from "../../core/dsse.ts";
import { fromBase64, fromUtf8, utf8 } from "../../core/encoding.ts";
import { type PublicJwk, thumbprint } from "../../core/keys.ts";
import { trustedKey } from "../../core/ledger/trust.ts";
import { verifyReceipt } from "../../core/ledger/verify-receipt.ts";
import { failedChecks } from "../core/ledger/log.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/spec/receipt.md"), "utf8");
const block = (name: string): string =>
  new RegExp(`^\`\`\`\\w+ ${name}\\n([^]*?)\\n\`\`\`$`, "m").exec(page)?.[1] ??
  expect.fail(`receipt.md has no block ${name}`);

const [jwk] = (JSON.parse(block("keys")) as { keys: PublicJwk[] }).keys;
const answer = JSON.parse(block("answer"));

describe("the example in receipt.md", () => {
  it("verifies as it stands on the page", async () => {
    if (jwk === undefined) expect.fail("the set is empty");
    expect(jwk.kid).toBe(thumbprint(jwk.x));
    const key = await trustedKey(jwk.x, jwk.countersign_use);
    const report = await verifyReceipt(utf8(block("answer")), [key]);
    expect(failedChecks(report)).toEqual([]);
    expect(report.checks.map(({ status }) => status)).not.toContain("skipped");
  });

  it("shows the statement that was signed", () => {
    const payload = fromUtf8(fromBase64(answer.receipt.payload) ?? new Uint8Array());
    expect(block("statement")).toBe(payload);
    expect(page).toContain(`The statement, of ${utf8(payload).length} bytes`);
  });

  it("names every type and check there is", async () => {
    for (const type of Object.values(PAYLOAD_TYPES)) expect(page).toContain(`\`${type}\``);
  });

  it("verifies by its own program in Python, and no altered one does", ({ skip }) => {
    if (spawnSync("python3", ["-c", "import cryptography"]).status !== 0)
      skip("SKIPPED: no python3 with cryptography here");
    const folder = mkdtempSync(join(tmpdir(), "countersign-spec-"));
    const run = (value: unknown) => {
      writeFileSync(join(folder, "answer.json"), JSON.stringify(value));
      return spawnSync("python3", ["program.py"], { cwd: folder, encoding: "utf8" });
    };
    try {
      writeFileSync(join(folder, "program.py"), block("program"));
      writeFileSync(join(folder, "keys.json"), block("keys"));
      const good = run(answer);
      expect([good.status, good.stderr, good.stdout.trimEnd()]).toEqual([0, "", block("printed")]);
      const payload = answer.receipt.payload.replace("eyJlbnRyeSI6", "eyJlbnRyeTI6");
      for (const bad of [
        { ...answer, id: "act_x" },
        { ...answer, salt: "AA" },
        { ...answer, receipt: { ...answer.receipt, payload } },
      ]) {
        expect(run(bad).status).toBe(1);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
