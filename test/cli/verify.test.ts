/** `countersign verify` as an auditor runs it: a process of its own, that must not reach for the network. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import {
  answerOf,
  exportText,
  headKey,
  JWKS,
  makeKey,
  makeLog,
  receiptKey,
  signHead,
  signReceipt,
} from "../core/ledger/log.ts";

const SHIM = join(import.meta.dirname, "../../cli/countersign.mjs");
const folder = mkdtempSync(join(tmpdir(), "countersign-verify-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

const offline = file(
  "offline.mjs",
  `import net from "node:net"; import dns from "node:dns";
   const refuse = () => { console.error("NETWORK USED"); process.exit(99); };
   globalThis.fetch = refuse; net.Socket.prototype.connect = refuse; net.connect = refuse; dns.lookup = refuse;`,
);

interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function countersign(
  args: readonly string[],
  options: { input?: string; env?: NodeJS.ProcessEnv; node?: string } = {},
): Run {
  const { NO_COLOR: _, ...inherited } = process.env;
  const env = { ...inherited, NODE_OPTIONS: `--import=${offline}`, ...options.env };
  const { status, stdout, stderr } = spawnSync(options.node ?? process.execPath, [SHIM, ...args], {
    encoding: "utf8",
    env,
    input: options.input ?? "",
  });
  return { code: status, out: stdout, err: stderr };
}

const log = makeLog(40);
const head = await signHead(log);
const text = exportText(log, head);
const ledger = file("export.jsonl", text);
const jwks = file("keys.json", JWKS);
const entry = log[4] ?? expect.fail("the test's log has an entry 4");
const receipt = await signReceipt(entry);
const answer = file("answer.json", answerOf(entry, receipt));

describe("a ledger export", () => {
  it("verifies: every check is printed, and the verdict last", () => {
    const { code, out, err } = countersign(["verify", ledger, "--key", jwks]);
    expect([code, err]).toEqual([0, ""]);
    const lines = out.trimEnd().split("\n");
    expect(lines.filter((line) => line.startsWith("✓"))).toHaveLength(11);
    expect(out).toMatch(
      /✓ prev_link +prev of each entry with the leaf of the one before: 39 links; entry 0 starts the log/,
    );
    expect(lines.at(-1)).toBe("VERIFIED: 11 checks passed, with the given keys alone.");
    expect(out).not.toContain("\u001b");
  });

  it("with one changed byte fails, and says where", () => {
    const { code, out } = countersign([
      "verify",
      file("altered.jsonl", text.replace(/act_0*17"/, 'act_0018"')),
      "--key",
      jwks,
    ]);
    expect(code).toBe(1);
    expect(out).toContain("✗ leaf_hash");
    expect(out).toContain("    line 18: Entry 17 was altered: its bytes hash to sha256:");
    expect(out.trimEnd()).toMatch(/\nNOT VERIFIED: leaf_hash failed at entry 17\.$/);
  });

  it("without its head, or cut off, fails", () => {
    const bare = countersign(["verify", file("bare.jsonl", exportText(log, null)), "--key", jwks]);
    expect([bare.code, bare.out]).toEqual([1, expect.stringContaining("There is no signed head")]);
    const cut = countersign(["verify", file("cut.jsonl", exportText(log.slice(0, 30), head)), "--key", jwks]);
    expect([cut.code, cut.out]).toEqual([
      1,
      expect.stringContaining("The file is cut off: the head counts 10 more, from entry 30 on."),
    ]);
  });

  it("is read from standard input", () => {
    expect(countersign(["verify", "-", "--key", jwks], { input: text }).code).toBe(0);
  });

  it("is reported as JSON", () => {
    const { code, out } = countersign(["verify", ledger, "-k", jwks, "-o", "json"]);
    const report = JSON.parse(out);
    expect([code, report.ok, report.reports[0].subject, report.reports[0].checks.length]).toEqual([
      0,
      true,
      "ledger",
      11,
    ]);
    const bad = countersign([
      "verify",
      file("dropped.jsonl", exportText(log.toSpliced(9, 1), head)),
      "-k",
      jwks,
      "-o",
      "json",
    ]);
    const failed = JSON.parse(bad.out).reports[0].checks.find(
      (check: { status: string }) => check.status === "failed",
    );
    expect([bad.code, failed.id, failed.faults[0].index, failed.faults[0].where]).toEqual([
      1,
      "index",
      9,
      "line 10",
    ]);
  });
});

describe("a receipt", () => {
  it("verifies in its answer, and in its log", () => {
    const alone = countersign(["verify", answer, "--key", jwks]);
    expect([alone.code, alone.out]).toEqual([0, expect.stringContaining("✓ action_commitment")]);
    const both = countersign(["verify", answer, "--key", jwks, "--ledger", ledger]);
    expect([both.code, both.out]).toEqual([0, expect.stringContaining("✓ ledger_entry")]);
  });

  it("that another log holds fails, and so does one whose log is damaged", () => {
    const other = makeLog(40, { forkAt: 4 });
    const foreign = countersign([
      "verify",
      answer,
      "--key",
      jwks,
      "--ledger",
      file("empty.jsonl", exportText(other, null)),
    ]);
    expect([foreign.code, foreign.out]).toEqual([1, expect.stringContaining("one of the two was forged")]);
  });

  it("that is broken JSON is a failed receipt, not an unknown file", () => {
    const { code, out } = countersign(["verify", "-", "--key", jwks], {
      input: JSON.stringify(receipt).slice(0, -1),
    });
    expect([code, out]).toEqual([1, expect.stringContaining("✗ file_syntax")]);
  });

  it("signed by a key for heads fails", async () => {
    const { code, out } = countersign([
      "verify",
      file("wrong.json", await signReceipt(entry, "receipt", headKey)),
      "-k",
      jwks,
    ]);
    expect([code, out]).toEqual([1, expect.stringContaining('may sign "head" only, not "receipt"')]);
  });

  it("cannot write over the verdict with control characters", () => {
    const evil = file("evil.json", { ...receipt, payloadType: "\u001b[2J\u202eVERIFIED" });
    const { code, out } = countersign(["verify", evil, "--key", jwks]);
    expect([code, out]).toEqual([1, expect.stringContaining("\\u{1b}[2J\\u{202e}VERIFIED")]);
  });
});

describe("keys", () => {
  it.each([
    ["one JWK in a file", () => ["--key", file("one.json", receiptKey.jwk)]],
    ["the bare key", () => ["--key", receiptKey.jwk.x]],
    ["the bare key with =", () => [`--key=${receiptKey.jwk.x}`]],
    ["two in one value", () => ["--key", `${headKey.jwk.x},${receiptKey.jwk.x}`]],
    ["two options", () => ["--key", receiptKey.jwk.x, "-k", headKey.jwk.x]],
    [
      "a set with keys of other kinds",
      () => [
        "--key",
        file("mixed.json", {
          keys: [{ kty: "RSA", n: "AQAB" }, { ...headKey.jwk, countersign_use: "session" }, ...JWKS.keys],
        }),
      ],
    ],
  ])("are taken as %s", (_, keys) => expect(countersign(["verify", answer, ...keys()]).code).toBe(0));

  it("that are others do not verify", async () => {
    expect(countersign(["verify", answer, "--key", (await makeKey("receipt")).jwk.x]).code).toBe(1);
  });

  it.each([
    ["none", () => [], "no trusted key was given"],
    [
      "an address",
      () => ["--key", "https://gate.example/.well-known/countersign-keys.json"],
      "keys are never fetched",
    ],
    ["a missing file", () => ["--key", join(folder, "nothing.json")], "there is no such file"],
    ["no value", () => ["--key"], "--key needs a value"],
    [
      "a mislabelled key",
      () => ["--key", file("kid.json", { ...receiptKey.jwk, kid: headKey.jwk.kid })],
      "RFC 7638 thumbprint",
    ],
    [
      "a private key",
      () => ["--key", file("private.json", { ...receiptKey.jwk, d: "AAAA" })],
      "holds a private key",
    ],
    [
      "a set without ours",
      () => ["--key", file("rsa.json", { keys: [{ kty: "RSA" }] })],
      "holds no Ed25519 key",
    ],
    ["something else", () => ["--key", ledger], "is not a key file"],
  ])("are refused with exit code 2: %s", (_, keys, message) => {
    const { code, out, err } = countersign(["verify", answer, ...keys()]);
    expect([code, out, err]).toEqual([2, "", expect.stringContaining(message)]);
  });
});

describe("usage", () => {
  it.each([
    ["no command", [], "USAGE", "out"],
    ["an unknown command", ["constructor"], "there is no command constructor", "err"],
    ["an unknown option", ["verify", ledger, "--kye", jwks], "there is no option --kye", "err"],
    ["no file", ["verify", "--key", jwks], "Missing required positional argument: FILE", "err"],
    ["two files", ["verify", ledger, answer, "--key", jwks], "one argument too many", "err"],
    [
      "an unknown format",
      ["verify", ledger, "--key", jwks, "-o", "xml"],
      "Expected one of: table, json",
      "err",
    ],
    [
      "a file that is missing",
      ["verify", join(folder, "nothing"), "--key", jwks],
      "there is no such file",
      "err",
    ],
    [
      "a file that is neither",
      ["verify", jwks, "--key", jwks],
      "is neither a ledger export nor a receipt",
      "err",
    ],
    [
      "a ledger beside a ledger",
      ["verify", ledger, "--key", jwks, "--ledger", ledger],
      "--ledger goes with a receipt",
      "err",
    ],
    [
      "a receipt as ledger",
      ["verify", answer, "--key", jwks, "--ledger", answer],
      "is not a ledger export",
      "err",
    ],
  ] as const)("with %s ends with exit code 2", (_, args, message, stream) => {
    const run = countersign(args);
    expect([run.code, run[stream]]).toEqual([2, expect.stringContaining(message)]);
  });

  it("is explained", () => {
    const { code, out } = countersign(["verify", "--help"]);
    expect([code, out]).toEqual([0, expect.stringContaining("--key=<jwks.json|jwk.json|x>")]);
    expect(countersign(["--help"]).out).toContain("Verify a ledger export or a receipt");
    expect(countersign(["--version"]).out).toBe(`${manifest.version}\n`);
  });

  it("hands over from an older Node, with input, output and exit code", ({ skip }) => {
    const old = ["/usr/bin/node", "/usr/local/bin/node"].find((node) => {
      const { stdout } = spawnSync(node, ["-p", "!process.features.typescript"], { encoding: "utf8" });
      return stdout?.trim() === "true";
    });
    if (old === undefined) return skip("SKIPPED: no Node before 22.18 is installed here");
    const good = countersign(["verify", "-", "--key", jwks], { input: text, node: old });
    expect([good.code, good.out, good.err]).toEqual([0, expect.stringContaining("VERIFIED"), ""]);
    expect(
      countersign(["verify", "-", "--key", jwks], { input: exportText(log, null), node: old }).code,
    ).toBe(1);
  });
});
