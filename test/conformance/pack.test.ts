/** What an auditor makes of an export: a pack by framework, and that something did not happen. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../harness/bundle.ts";
import { createWorld, email, raw, toolCall, type World } from "./world.ts";

let world: World;
let keys: string;
let before: string;
let withEvidence: string;
let without: string;

const file = (name: string) => join(world.stateDir, name);
function run(command: string, ...args: string[]): { code: number; output: string } {
  try {
    const cli = join(ROOT, "cli/countersign.mjs");
    return { code: 0, output: execFileSync(process.execPath, [cli, command, ...args], { encoding: "utf8" }) };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
    return { code: status, output: stdout + stderr };
  }
}
const save = async (name: string, path: string): Promise<string> => {
  writeFileSync(file(name), await (await raw(world, path, {}, world.tenant.keys.auditor)).text());
  return file(name);
};

beforeAll(async () => {
  world = await createWorld();
  keys = file("keys.json");
  writeFileSync(keys, await (await fetch(`${world.engine.url}/.well-known/countersign-keys.json`)).text());
  await world.tenant.app.submit(toolCall({ amount: 5, note: "first" }));
  const status = await raw(world, "/v1/ledger/status", {}, world.tenant.keys.auditor);
  const { size } = (await status.json()) as { size: number };
  await raw(world, `/v1/ledger/proof/${size - 1}?wait=5`, {}, world.tenant.keys.auditor);
  before = await save("before.txt", "/v1/ledger/checkpoint?wait=5");
  await world.tenant.app.submit(email("Your order is on its way."));
  await world.tenant.app.submit(email("The number is 123-45-6789."));
  await world.tenant.app.submit(toolCall({ amount: 7, to: ["Ann@Rival.example"] }));
  withEvidence = await save("evidence.jsonl", "/v1/ledger/export?include=evidence");
  without = await save("plain.jsonl", "/v1/ledger/export");
}, 60_000);
afterAll(() => world.close());

const prove = (export_: string, ...args: string[]) => run("prove-none", export_, "--key", keys, ...args);

describe("prove-none", () => {
  it.each([
    ["what nobody did", ["-w", "surface=data.export"]],
    ["what was blocked", ["-w", "rule=US_SSN"]],
    ["what two terms say together", ["-w", "surface=tool.call", "-w", "target=resend/main"]],
  ])("proves of %s that it was not dispatched", (_, terms) => {
    const { code, output } = prove(without, ...terms);
    expect(output).toContain("PROVEN");
    expect(code).toBe(0);
  });

  it("finds what was dispatched, and says by which entry it left", () => {
    const { code, output } = prove(without, "-w", "surface=tool.call");
    expect([code, output]).toEqual([1, expect.stringContaining("FOUND: 2 such dispatches")]);
    expect(prove(without, "-w", "target=resend/main").output).toContain("FOUND: 1 such");
  });

  it("counts only what came after an earlier checkpoint, where one is given", () => {
    expect(prove(without, "-w", "surface=tool.call", "--since", before).output).toContain("FOUND: 1 such");
    expect(prove(withEvidence, "-w", "payload/amount=5", "--since", before).output).toContain("PROVEN");
  });

  it("proves nothing of a time that the export does not come to", () => {
    const lines = readFileSync(without, "utf8").trimEnd().split("\n");
    const { checkpoint } = JSON.parse(lines.at(-1) as string) as { checkpoint: string };
    writeFileSync(file("last.txt"), checkpoint);
    const { code, output } = prove(without, "-w", "surface=tool.call", "--since", file("last.txt"));
    expect([code, output]).toEqual([2, expect.stringContaining("no entry after the earlier checkpoint")]);
  });

  it("asks for the content where the terms do", () => {
    expect(prove(withEvidence, "-w", "payload/to/*~*@rival.example").output).toContain("FOUND: 1 such");
    expect(prove(withEvidence, "-w", "payload/to/*~*@other.example").output).toContain("PROVEN");
    const { code, output } = prove(without, "-w", "payload/to/*~*@other.example");
    expect([code, output]).toEqual([1, expect.stringContaining("NOT PROVEN: of 3 dispatches")]);
    expect(output).toContain("include=evidence");
  });

  it("does not believe content that the log did not commit to", () => {
    const forged = file("forged.jsonl");
    writeFileSync(forged, readFileSync(withEvidence, "utf8").replaceAll("Rival", "Other"));
    const { code, output } = prove(forged, "-w", "payload/to/*~*@rival.example");
    expect([code, output]).toEqual([1, expect.stringContaining("the export does not verify")]);
  });

  it("is found again by whoever has the export, and not otherwise", () => {
    const proof = file("absence.json");
    expect(prove(without, "-w", "rule=US_SSN", "--out", proof).code).toBe(0);
    expect(prove(without, "--check", proof)).toMatchObject({
      code: 0,
      output: expect.stringContaining("found again"),
    });
    const claimed = JSON.parse(readFileSync(proof, "utf8")) as Record<string, unknown>;
    for (const lie of [
      { where: ["surface=tool.call"] },
      { examined: { entries: 1, dispatches: 0 } },
      { to: 3 },
    ]) {
      writeFileSync(file("lie.json"), JSON.stringify({ ...claimed, ...lie }));
      expect([lie, prove(without, "--check", file("lie.json")).code]).toEqual([lie, 1]);
    }
  });

  it("proves nothing from an export that does not verify", () => {
    const damaged = file("damaged.jsonl");
    const lines = readFileSync(without, "utf8").split("\n");
    writeFileSync(damaged, lines.filter((line) => !line.includes('"type":"decision"')).join("\n"));
    expect(prove(damaged, "-w", "surface=tool.call")).toMatchObject({
      code: 1,
      output: expect.stringContaining("does not verify"),
    });
  });

  it.each([
    [[], "which actions?"],
    [["-w", "surface"], "is no term"],
    [["-w", "nonsense=1"], "There is no field nonsense"],
  ])("says what is wrong with %j", (terms, message) => {
    expect(prove(without, ...terms)).toMatchObject({ code: 2, output: expect.stringContaining(message) });
  });
});

describe("pack", () => {
  const unpack = (name: string) => unzipSync(new Uint8Array(readFileSync(file(name))));
  const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

  it("holds the export, what it was verified and replayed with, and a summary by framework", () => {
    const { code, output } = run("pack", withEvidence, "--key", keys, "--out", file("pack.zip"));
    expect([code, output]).toEqual([0, expect.stringContaining("0 differ, 0 cannot be")]);
    const files = unpack("pack.zip");
    expect(text(files["entries.jsonl"])).toBe(readFileSync(withEvidence, "utf8"));
    expect(JSON.parse(text(files["verification.json"]))).toMatchObject({ ok: true });
    expect(JSON.parse(text(files["replay.json"]))).toMatchObject({ MATCH: 4, MISMATCH: 0 });
    const page = text(files["summary.html"]);
    for (const said of [
      "SOC 2",
      "FedRAMP",
      "HIPAA",
      "FINRA",
      "GDPR",
      "EU AI Act",
      "PCI DSS",
      "Verified:",
      "US_SSN",
    ])
      expect(page).toContain(said);
    expect(page).not.toMatch(/<script|123-45-6789/);
    const names = Object.keys(files);
    expect(names.filter((name) => name.endsWith(".wasm")).length).toBeGreaterThan(0);
    const { sha256 } = JSON.parse(text(files["manifest.json"]));
    expect(Object.keys(sha256).sort()).toEqual(names.filter((name) => name !== "manifest.json").sort());
  });

  it("is the same to the byte when it is made again", () => {
    run("pack", withEvidence, "--key", keys, "--out", file("one.zip"));
    run("pack", withEvidence, "--key", keys, "--out", file("two.zip"));
    expect(readFileSync(file("one.zip")).equals(readFileSync(file("two.zip")))).toBe(true);
  });

  it("verifies and replays from its own files, as its README says", () => {
    run("pack", withEvidence, "--key", keys, "--out", file("pack.zip"));
    const folder = file("unpacked");
    for (const [name, bytes] of Object.entries(unpack("pack.zip"))) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), bytes);
    }
    const entries = join(folder, "entries.jsonl");
    expect(run("verify", entries, "--key", join(folder, "keys.json"))).toMatchObject({ code: 0 });
    expect(run("replay", entries, "--modules", join(folder, "policies"))).toMatchObject({ code: 0 });
  });

  it("is fetched from a gateway, for some frameworks, in a range", () => {
    process.env.COUNTERSIGN_KEY = world.tenant.keys.auditor;
    const { code, output } = run(
      ...(["pack", "--gateway", world.engine.url, "--key", keys, "-f", "gdpr", "--from", "2"] as const),
      ...["--out", file("gdpr.zip")],
    );
    delete process.env.COUNTERSIGN_KEY;
    expect([code, output]).toEqual([0, expect.stringContaining("VERIFIED")]);
    const page = text(unpack("gdpr.zip")["summary.html"]);
    expect(page).toContain("GDPR");
    expect(page).not.toContain("PCI DSS");
  });

  it("says so where a line says that something was erased, and no entry does", () => {
    const exported = readFileSync(withEvidence, "utf8");
    const hidden = exported.replace(/^\{"decision":\{"index":(\d+).*$/m, '{"erased":{"index":$1,"entry":0}}');
    writeFileSync(file("hidden.jsonl"), hidden);
    const { code, output } = run("pack", file("hidden.jsonl"), "--key", keys, "--out", file("hidden.zip"));
    expect([code, output]).toEqual([1, expect.stringContaining("NOT VERIFIED")]);
    expect(text(unpack("hidden.zip")["replay.json"])).toContain("Entry 0 does not say");
  });

  it("says so where the export does not verify, and is made all the same", () => {
    const lines = readFileSync(withEvidence, "utf8").replace('"decision":"allow"', '"decision":"block"');
    writeFileSync(file("bad.jsonl"), lines);
    const { code, output } = run("pack", file("bad.jsonl"), "--key", keys, "--out", file("bad.zip"));
    expect([code, output]).toEqual([1, expect.stringContaining("NOT VERIFIED")]);
    expect(text(unpack("bad.zip")["summary.html"])).toContain("Not verified:");
  });

  it.each([
    [["x.jsonl"], "there is no such file"],
    [[], "which export?"],
    [["-f", "iso"], "there is no framework iso"],
  ])("says what is wrong with %j", (args, message) => {
    expect(run("pack", ...args, "--key", keys)).toMatchObject({
      code: 2,
      output: expect.stringContaining(message),
    });
  });
});
