/** Every shell block marked `run`, against the real gateway; and what the pages say that it prints. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generateSecrets, secretsOf, type WorkerName } from "../../cli/demo/secrets.ts";
import { resendTarget, webhookTarget } from "../../cli/tenant-setup.ts";
import { parsePrivateJwk } from "../../core/keys.ts";
import { type Engine, startEngine } from "../harness/engine.ts";
import { type Receiver, startReceiver } from "../harness/receiver.ts";
import { type StandIn, startStandIn } from "../harness/stand-in.ts";
import { createTestTenant } from "../harness/tenant.ts";
import { type Block, GUIDES, type Page, ROOT, readPage } from "./pages.ts";
import { isStep, PAGE_MS, type Run, runBlocks } from "./shell.ts";
import { differences } from "./shown.ts";

const isShown = ({ language, words: [word = ""] }: Block) =>
  language === "json" && (word === "prints" || word.endsWith(".json"));
const pages = GUIDES.map(readPage).filter(({ blocks }) => blocks.some(isStep));

const folder = mkdtempSync(join(tmpdir(), "countersign-docs-"));
let engine: Engine;
let mail: StandIn;
let hook: Receiver;

beforeAll(async () => {
  [mail, hook] = await Promise.all([startStandIn(), startReceiver()]);
  engine = await startEngine({
    stateDir: join(folder, "engine"),
    allowedPrivateOrigins: [mail.origin, hook.origin],
  });
});
afterAll(async () => {
  await Promise.all([engine?.stop(), mail?.close(), hook?.close()]);
  rmSync(folder, { recursive: true, force: true });
});

/** A folder like that of a clone in which the demo runs, with a tenant of its own. */
async function makeClone(page: Page): Promise<string> {
  const { keys, log, id } = await createTestTenant({
    url: engine.url,
    bootstrapToken: engine.secrets.BOOTSTRAP_TOKEN,
    targets: {
      "resend/main": resendTarget(mail.origin, "re_docs"),
      "hook/crm": webhookTarget(hook.url, hook.secret),
    },
  });
  const clone = join(folder, page.path.replaceAll("/", "-"));
  mkdirSync(join(clone, ".countersign"), { recursive: true });
  // `npx countersign` looks for the command here, and nowhere else.
  symlinkSync(join(ROOT, "node_modules"), join(clone, "node_modules"));
  writeFileSync(join(clone, "package.json"), "{}");
  const demo = {
    url: engine.url,
    tenant: id,
    log,
    admin_key: keys.admin,
    api_key: keys.app,
    reviewer_key: keys.reviewer,
    auditor_key: keys.auditor,
  };
  writeFileSync(join(clone, ".countersign", "demo.json"), JSON.stringify(demo));
  return clone;
}

describe.each(pages)("$path", (page) => {
  const runs = page.blocks.filter(isStep);
  let clone: string;
  let run: Run;

  beforeAll(async () => {
    clone = await makeClone(page);
    run = await runBlocks(runs, clone, {
      ...process.env,
      BOOTSTRAP_TOKEN: engine.secrets.BOOTSTRAP_TOKEN,
      GATE_URL: engine.url,
      NPM_CONFIG_OFFLINE: "true",
      NO_COLOR: "1",
    });
  }, PAGE_MS + 30_000);

  it("runs as it stands", () => {
    const last = run.printed.at(-1) ?? "";
    if (process.env.COUNTERSIGN_TIMES) console.log(`${page.path}: ${run.milliseconds.toFixed(0)} ms`);
    expect([run.code, run.printed.length], `${run.errors}\n${last}`).toEqual([0, runs.length]);
  });

  const said = /every command\s+of this page, as it stands, in about (\d+) seconds/.exec(page.text)?.[1];
  if (said !== undefined) {
    // Other tests run beside this one on the same processors.
    it("takes about as long as it says", () => {
      const seconds = run.milliseconds / 1000;
      expect(seconds, `${seconds.toFixed(1)} s`).toBeLessThan(6 * Number(said));
      expect(seconds, `${seconds.toFixed(1)} s`).toBeGreaterThan(Number(said) / 6);
    });
  }

  const shown = page.blocks.filter(isShown);
  if (shown.length > 0) {
    it.each(shown)("prints what line $line shows", (block) => {
      const before = page.blocks.slice(0, page.blocks.indexOf(block)).filter(isStep).length - 1;
      const [word = ""] = block.words;
      const real = word === "prints" ? (run.printed[before] ?? "") : readFileSync(join(clone, word), "utf8");
      expect(differences(JSON.parse(block.text), JSON.parse(real)), real).toEqual([]);
    });
  }

  const lines = page.blocks.filter(({ language, words }) => language === "text" && words.includes("prints"));
  if (lines.length > 0) {
    it.each(lines)("prints the text that line $line shows", (block) => {
      const before = page.blocks.slice(0, page.blocks.indexOf(block)).filter(isStep).length - 1;
      const real = (run.printed[before] ?? "").split("\n");
      for (const line of block.text.trimEnd().split("\n"))
        expect(
          real.some((text) => differences(line, text).length === 0),
          `${line}\n${real.join("\n")}`,
        ).toBe(true);
    });
  }
});

describe("README.md's receipt", () => {
  it("verifies", () => {
    const answer = JSON.parse(readFileSync(join(folder, "README.md", ".countersign", "answer.json"), "utf8"));
    expect(answer.receipt.signatures).toHaveLength(1);
  });
});

describe("the secrets that docs/operators.md makes", () => {
  const made = (name: string) => readFileSync(join(folder, "docs-operators.md", name), "utf8").trim();

  it("are what the Workers take", () => {
    for (const name of ["receipt-signing-key.json", "checkpoint-signing-key.json"])
      expect(parsePrivateJwk(JSON.parse(made(name)))).not.toBeNull();
    expect(made("checkpoint-signing-key.json")).not.toBe(made("receipt-signing-key.json"));
    expect(Buffer.from(made("sealing-key"), "base64")).toHaveLength(32);
    expect(made("bootstrap-token")).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });
});

describe("the deployment in docs/operators.md", () => {
  const { text } = readPage("docs/operators.md");
  const CONFIGS = {
    signer: "wrangler.signer.toml",
    dispatcher: "wrangler.dispatcher.toml",
    gate: "wrangler.toml",
  };

  it("deploys each Worker after those that it binds to", () => {
    const deployed = [...text.matchAll(/wrangler deploy -c (\S+)/g)].map(([, config]) => config);
    expect(deployed).toEqual(Object.values(CONFIGS));
  });

  it.each(Object.entries(CONFIGS))("gives the %s its own secrets and no other", (worker, config) => {
    const put = [...text.matchAll(/wrangler secret put (\w+) -c (\S+)/g)].filter(([, , at]) => at === config);
    expect(put.map(([, name]) => name).sort()).toEqual(
      Object.keys(secretsOf(worker as WorkerName, generateSecrets())).sort(),
    );
  });
});
