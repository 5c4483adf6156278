/** `countersign verify` as an auditor runs it: a process of its own, that must not reach for the network. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { formatKey, SIGNATURE_TYPE } from "../../core/ledger/tree/note.ts";
import manifest from "../../package.json" with { type: "json" };
import {
  answerOf,
  checkpointKey,
  exportLog,
  JWKS,
  LOG,
  makeKey,
  makeLog,
  proofOf,
  receiptKey,
  signCheckpoint,
  signReceipt,
  spread,
  withEntries,
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
const lines = await exportLog(log, { sizes: spread(40, 3) });
const joined = (some: readonly string[]) => some.map((line) => `${line}\n`).join("");
const text = joined(lines);
/** Without the checkpoints. */
const bare = joined(lines.slice(0, -4));
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
    expect(lines.filter((line) => line.startsWith("✓"))).toHaveLength(15);
    expect(out).toMatch(
      /✓ prev_link +prev of each entry with the leaf of the one before: 39 links; entry 0 starts the log/,
    );
    expect(lines.at(-1)).toBe("VERIFIED: 15 checks passed, with the given keys alone.");
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
    expect(out).toContain("    line 19: Entry 17 was altered: its bytes hash to sha256:");
    expect(out.trimEnd()).toMatch(/\nNOT VERIFIED: leaf_hash, tree_leaf failed at entry 17\.$/);
  });

  it("without its checkpoint, or cut off, fails", () => {
    const without = countersign(["verify", file("bare.jsonl", bare), "--key", jwks]);
    expect([without.code, without.out]).toEqual([
      1,
      expect.stringContaining("There is no signed checkpoint"),
    ]);
    const short = file("cut.jsonl", joined(withEntries(lines, log.slice(0, 30))));
    const cut = countersign(["verify", short, "--key", jwks]);
    expect([cut.code, cut.out]).toEqual([
      1,
      expect.stringContaining("Entries 30 to 39 are missing: the file was cut off."),
    ]);
  });

  it("is held against a checkpoint saved earlier", async () => {
    const saved = file("saved.txt", await signCheckpoint(log, { size: 20 }));
    const grown = countersign(["verify", ledger, "--key", jwks, "--since", saved]);
    expect([grown.code, grown.out]).toEqual([
      0,
      expect.stringMatching(/✓ since .*is the beginning of this one/),
    ]);
    const other = file("other.txt", await signCheckpoint(makeLog(40, { forkAt: 10 }), { size: 20 }));
    const forked = countersign(["verify", ledger, "--key", jwks, "--since", other]);
    expect([forked.code, forked.out]).toEqual([1, expect.stringContaining("the log was forked or set back")]);
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
      15,
    ]);
    const bad = countersign([
      "verify",
      file("dropped.jsonl", joined(withEntries(lines, log.toSpliced(9, 1)))),
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
      "line 11",
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

  it("that another log holds fails, and so does one whose log is damaged", async () => {
    const other = makeLog(40, { forkAt: 4 });
    const foreign = countersign([
      "verify",
      answer,
      "--key",
      jwks,
      "--ledger",
      file("empty.jsonl", joined(await exportLog(other))),
    ]);
    expect([foreign.code, foreign.out]).toEqual([1, expect.stringContaining("one of the two was forged")]);
  });

  it("that is broken JSON is a failed receipt, not an unknown file", () => {
    const { code, out } = countersign(["verify", "-", "--key", jwks], {
      input: JSON.stringify(receipt).slice(0, -1),
    });
    expect([code, out]).toEqual([1, expect.stringContaining("✗ file_syntax")]);
  });

  it("proves itself to stand in the log", async () => {
    const proof = proofOf(log, 4, await signCheckpoint(log));
    const proven = file("proven.json", { ...receipt, proof, rotations: [] });
    const { code, out } = countersign(["verify", proven, "--key", jwks, "--require-proof"]);
    expect([code, out]).toEqual([0, expect.stringContaining("✓ inclusion")]);
    const alone = countersign(["verify", answer, "--key", jwks, "--require-proof"]);
    expect([alone.code, alone.out]).toEqual([1, expect.stringContaining("?proof=wait")]);
  });

  it("signed by a key for checkpoints fails", async () => {
    const { code, out } = countersign([
      "verify",
      file("wrong.json", await signReceipt(entry, "receipt", checkpointKey)),
      "-k",
      jwks,
    ]);
    expect([code, out]).toEqual([1, expect.stringContaining('may sign "checkpoint" only, not "receipt"')]);
  });

  it("cannot write over the verdict with control characters", () => {
    const evil = file("evil.json", { ...receipt, payloadType: "\u001b[2J\u202eVERIFIED" });
    const { code, out } = countersign(["verify", evil, "--key", jwks]);
    expect([code, out]).toEqual([1, expect.stringContaining("\\u{1b}[2J\\u{202e}VERIFIED")]);
  });
});

describe("a checkpoint", async () => {
  const note = file("checkpoint.txt", await signCheckpoint(log));

  it("verifies by itself", () => {
    const { code, out } = countersign(["verify", note, "--key", jwks]);
    expect([code, out]).toEqual([0, expect.stringContaining(`The log ${LOG} had 40 entries`)]);
  });

  it("that was changed fails, and says so", async () => {
    const other = (await signCheckpoint(log)).replace("\n40\n", "\n41\n");
    const { code, out } = countersign(["verify", file("changed.txt", other), "--key", jwks]);
    expect([code, out]).toEqual([1, expect.stringContaining("✗ checkpoint_signature")]);
  });
});

describe("keys", () => {
  const { publicKey } = checkpointKey.trusted;
  const vkey = formatKey({ name: LOG, type: SIGNATURE_TYPE.ed25519, publicKey });
  it.each([
    ["an argument", () => vkey],
    ["a file", () => file("keys.vkey", `${vkey}\n`)],
  ])("are taken as a verifier key in %s, of its log alone", (_, key) => {
    expect(countersign(["verify", ledger, "--key", key()]).code).toBe(0);
    const other = formatKey({ name: "test.example/t/x", type: SIGNATURE_TYPE.ed25519, publicKey });
    expect(countersign(["verify", ledger, "--key", other]).code).toBe(1);
  });

  it.each([
    ["one JWK in a file", () => ["--key", file("one.json", receiptKey.jwk)]],
    ["the bare key", () => ["--key", receiptKey.jwk.x]],
    ["the bare key with =", () => [`--key=${receiptKey.jwk.x}`]],
    ["two in one value", () => ["--key", `${checkpointKey.jwk.x},${receiptKey.jwk.x}`]],
    ["two options", () => ["--key", receiptKey.jwk.x, "-k", checkpointKey.jwk.x]],
    [
      "a set with keys of other kinds",
      () => [
        "--key",
        file("mixed.json", {
          keys: [
            { kty: "RSA", n: "AQAB" },
            { ...checkpointKey.jwk, countersign_use: "session" },
            ...JWKS.keys,
          ],
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
      () => ["--key", file("kid.json", { ...receiptKey.jwk, kid: checkpointKey.jwk.kid })],
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
    [
      "a verifier key with another's id",
      () => ["--key", vkey.replace(/\+[0-9a-f]{8}\+/, "+00000000+")],
      "its id is not its own",
    ],
    [
      "a witness among the log's keys",
      () => ["--key", formatKey({ name: "w.example", type: SIGNATURE_TYPE.cosignature, publicKey })],
      "is a witness' key",
    ],
    [
      "a log's key among the witnesses",
      () => ["--key", jwks, "--witness", vkey],
      "is not a witness' verifier key",
    ],
    ["a quorum without witnesses", () => ["--key", jwks, "--quorum", "1"], "--quorum is a number"],
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
      "is neither a ledger export nor a receipt nor a checkpoint",
      "err",
    ],
    [
      "a ledger beside a ledger",
      ["verify", ledger, "--key", jwks, "--ledger", ledger],
      "--ledger and --require-proof go with one",
      "err",
    ],
    [
      "a saved checkpoint beside a receipt",
      ["verify", answer, "--key", jwks, "--since", ledger],
      "--since goes with one",
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
    expect([code, out]).toEqual([0, expect.stringContaining("--key=<jwks.json|jwk.json|x|vkey>")]);
    expect(countersign(["--help"]).out).toContain("Verify a ledger export, a receipt or a checkpoint");
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
    expect(countersign(["verify", "-", "--key", jwks], { input: bare, node: old }).code).toBe(1);
  });
});
