/** The page that verifies, in a real browser: from a saved file with the network off, and as the gate serves it. */

import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatKey } from "../../core/ledger/tree/note.ts";
import { counting, publish } from "../conformance/published.ts";
import { createWorld, email, raw, toolCall, type World } from "../conformance/world.ts";
import { exportLog, JWKS, makeLog, makeWitness, signCheckpoint } from "../core/ledger/log.ts";
import { hasBrowser, launchBrowser } from "../harness/browser.ts";
import { ROOT } from "../harness/bundle.ts";

const SHOTS = "/tmp/countersign-shots";
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const AXE_RUN = `axe
  .run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })
  .then(({ violations }) => violations.map(({ id, nodes }) =>
    id + ": " + nodes.map(({ target, failureSummary }) => target + " " + failureSummary).join("; ")))`;

describe.skipIf(!hasBrowser("the page that verifies"))("the page that verifies", () => {
  let world: World;
  let browser: Browser;
  const folder = mkdtempSync(join(tmpdir(), "countersign-verify-page-"));
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  let evidence: string;
  let exportFile: string;
  let keys: string;
  let receipt: string;
  let denial: string;
  let page: string;

  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true });
    [world, browser] = await Promise.all([createWorld(), launchBrowser()]);
    const { app } = world.tenant;
    const passed = (await app.submit(email("All is well."))).body;
    const blocked = (await app.submit(email("Her number is 123-45-6789."))).body;
    await app.submit(email("We guarantee delivery by Friday."));
    const get = async (path: string) =>
      (await raw(world, path, { method: "GET" }, world.tenant.keys.auditor)).text();
    evidence = await get("/v1/ledger/export?include=evidence");
    exportFile = file("export.jsonl", evidence);
    keys = file("keys.json", await get("/.well-known/countersign-keys.json"));
    receipt = file("receipt.json", JSON.stringify(passed));
    denial = file("denial.json", JSON.stringify(blocked));
    // Saved as anyone would save it: what the gate serves, and nothing beside it.
    page = file("verify.html", await get("/verify"));
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await world?.close();
    rmSync(folder, { recursive: true });
  });

  /** The saved file, without a network; what the browser complained of. */
  async function open(
    options: BrowserContextOptions = {},
    url = pathToFileURL(page).href,
  ): Promise<{ page: Page; complaints: string[] }> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    if (url.startsWith("file:")) await context.setOffline(true);
    const opened = await context.newPage();
    const complaints: string[] = [];
    opened.on("console", (message) => complaints.push(message.text()));
    opened.on("pageerror", (error) => complaints.push(error.message));
    opened.on("request", (request) => {
      if (!/^(file|blob):/.test(request.url()) && request.url() !== url.split("#")[0])
        complaints.push(`asked for ${request.url()}`);
    });
    await opened.goto(url);
    return { page: opened, complaints };
  }

  const countersign = async (...args: readonly string[]): Promise<void> => {
    await promisify(execFile)(process.execPath, [join(ROOT, "cli/countersign.mjs"), ...args]);
  };

  interface Given {
    readonly evidence: readonly string[];
    readonly keys?: readonly string[];
    readonly extras?: readonly string[];
  }

  async function verify(opened: Page, given: Given): Promise<void> {
    await opened.locator("#evidence").setInputFiles([...given.evidence]);
    await opened.locator("#keys").setInputFiles([...(given.keys ?? [keys])]);
    if (given.extras) {
      await opened.evaluate("document.getElementById('extras-step').open = true");
      await opened.locator("#extras").setInputFiles([...given.extras]);
    }
    await opened.getByRole("button", { name: "Verify" }).click();
    await opened
      .locator("#result:not([hidden]), [id$=-fault]:not([hidden])")
      .first()
      .waitFor({ timeout: 30_000 });
  }

  const verdicts = (opened: Page) => opened.locator(".verdict .word").allInnerTexts();

  it("from a saved file with the network off: an export verifies, and its decisions are made again", async () => {
    const { page: opened, complaints } = await open();
    await verify(opened, { evidence: [exportFile] });
    expect(await verdicts(opened)).toEqual(["VERIFIED", "MATCH"]);
    expect(await opened.locator(".verdict").nth(1).innerText()).toMatch(
      /^Replay\s+MATCH\s+3 decisions made again with \d+ verdicts/,
    );
    expect(complaints).toEqual([]);
    await opened.screenshot({ path: `${SHOTS}/verify-match.png`, fullPage: true });
    await opened.context().close();
  });

  it("receipts verify, and are looked up in the export beside them", async () => {
    const { page: opened } = await open();
    await verify(opened, { evidence: [exportFile, receipt, denial] });
    expect(await verdicts(opened)).toEqual(["VERIFIED", "MATCH"]);
    const text = await opened.locator("#result").innerText();
    expect(text.match(/of the given ledger export with the receipt's leaf/g)).toHaveLength(2);
    await opened.context().close();
  });

  it("a changed entry is located, at the top and at its check; what was exported beside it is compared too", async () => {
    const lines = evidence.split("\n");
    const at = lines.findIndex(
      (line) => line.includes('"type":"decision"') && line.includes('"decision":"block"'),
    );
    const index = /"index":(\d+)/.exec(lines[at] ?? "")?.[1];
    lines[at] = (lines[at] ?? "").replace('"decision":"block"', '"decision":"allow"');
    const tampered = file("tampered.jsonl", lines.join("\n"));
    const { page: opened, complaints } = await open();
    await verify(opened, { evidence: [tampered] });
    expect(await verdicts(opened)).toEqual(["NOT VERIFIED", "MISMATCH"]);
    const damage = await opened.locator(".damage").innerText();
    expect(damage).toContain(`entry ${index}, line ${at + 1}:`);
    expect(await opened.locator("li.failed .place").first().innerText()).toBe(
      `entry ${index}, line ${at + 1}`,
    );
    // Which decision, and what it says against what it comes to.
    const card = await opened.locator("details.decision-card[open]").innerText();
    expect(card).toContain(`Entry ${index}: allow`);
    expect(card).toMatch(/recorded: allow\s+replayed: block/);
    expect(complaints).toEqual([]);
    await opened.screenshot({ path: `${SHOTS}/verify-tampered.png`, fullPage: true });
    await opened.context().close();
  });

  it("a policy of the tenant's own needs its module, found by its digest under any name", async () => {
    const { app, admin } = world.tenant;
    const source = counting("own");
    const { policy } = await publish(admin, source);
    await world.govern("tool.call", [{ policy, settings: {} }]);
    const { body } = await app.submit(toolCall({ note: "x" }));
    const index = body.ledger?.index ?? 0;
    const range = `from=${index}&to=${index}`;
    const exported = await raw(
      world,
      `/v1/ledger/export?include=evidence&${range}`,
      { method: "GET" },
      world.tenant.keys.auditor,
    );
    const own = file("own.jsonl", await exported.text());
    const module = join(folder, "whatever.bin");
    writeFileSync(module, source.wasm);
    const { page: opened } = await open();
    await verify(opened, { evidence: [own] });
    expect(await verdicts(opened)).toEqual(["VERIFIED", "UNVERIFIABLE"]);
    await opened.locator("details.decision-card summary").click();
    expect(await opened.locator("details.decision-card").innerText()).toMatch(
      /the module with SHA-256 [0-9a-f]{64} is not at hand/,
    );
    await verify(opened, { evidence: [own], extras: [module] });
    expect(await verdicts(opened)).toEqual(["VERIFIED", "MATCH"]);
    const other = file("other.bin", "no module");
    await verify(opened, { evidence: [own], extras: [other] });
    expect(await opened.locator("#extras-fault").innerText()).toContain("other.bin is no module");
    await opened.context().close();
  });

  it("without an input a decision is unverifiable, and not a mismatch", async () => {
    const erased = evidence
      .split("\n")
      .map((line) =>
        line.startsWith('{"decision"') ? line.replace(/"input":"(?:[^"\\]|\\.)*"/, '"input":null') : line,
      )
      .join("\n");
    const { page: opened } = await open();
    await verify(opened, { evidence: [file("erased.jsonl", erased)] });
    expect(await verdicts(opened)).toEqual(["VERIFIED", "UNVERIFIABLE"]);
    await opened.context().close();
  });

  it("keys decide: none, another's, a key file among the evidence, one that was pasted", async () => {
    const { page: opened } = await open();
    const fault = (field: string) => opened.locator(`#${field}-fault`).innerText();
    await verify(opened, { evidence: [receipt], keys: [] });
    expect(await fault("keys")).toContain("Give the keys that you trust");
    const x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    await opened.getByLabel("Or paste keys").fill(x);
    await verify(opened, { evidence: [receipt], keys: [] });
    expect(await verdicts(opened)).toEqual(["NOT VERIFIED"]);
    const damage = await opened.locator(".damage").innerText();
    expect(damage).toContain("No signature is by a given key");
    // What is to be done here is not what is to be done on a command line.
    expect(damage).not.toContain("--");
    const jwks = JSON.parse(readFileSync(keys, "utf8")) as { keys: { x: string; countersign_use: string }[] };
    const own = jwks.keys.find(({ countersign_use }) => countersign_use === "receipt");
    await opened.getByLabel("Or paste keys").fill(own?.x ?? "");
    await verify(opened, { evidence: [receipt], keys: [] });
    expect(await verdicts(opened)).toEqual(["VERIFIED"]);
    await opened.getByRole("button", { name: "Clear" }).click();
    await verify(opened, { evidence: [keys] });
    expect(await fault("evidence")).toContain("is a key file");
    await opened.context().close();
  });

  it("a checkpoint verifies by itself, under a verifier key that was pasted, and holds a later export to it", async () => {
    const get = async (path: string) =>
      (await raw(world, path, { method: "GET" }, world.tenant.keys.auditor)).text();
    const note = file("checkpoint.txt", await get("/v1/ledger/checkpoint"));
    const { vkeys } = JSON.parse(await get(`/.well-known/countersign-keys.json?log=${world.tenant.log}`));
    await world.tenant.app.submit(email("Another one."));
    const later = file("later.jsonl", await get("/v1/ledger/export"));
    const { page: opened } = await open();
    await opened.getByLabel("Or paste keys").fill(vkeys.join("\n"));
    await verify(opened, { evidence: [note], keys: [] });
    expect(await verdicts(opened)).toEqual(["VERIFIED"]);
    await verify(opened, { evidence: [note, later], keys: [] });
    expect(await verdicts(opened)).toEqual(["VERIFIED"]);
    const text = await opened.locator("#result").innerText();
    expect(text).toMatch(
      /since\s*ok\s+the root at the size of the checkpoint saved earlier with the one in it/,
    );
    expect(text).toContain("Not replayed");
    await opened.context().close();
  });

  it("an evidence pack verifies as its export does, and says which of its files was changed", async () => {
    const pack = join(folder, "pack.zip");
    await countersign("pack", exportFile, "--key", keys, "--out", pack);
    const { page: opened, complaints } = await open();
    await verify(opened, { evidence: [pack] });
    expect(await verdicts(opened)).toEqual(["VERIFIED", "MATCH"]);
    const text = await opened.locator("#result").innerText();
    expect(text).toMatch(/pack files\s*ok[\s\S]*pack checkpoint\s*ok[\s\S]*pack summary\s*ok/);
    expect(text).toContain("entries.jsonl in pack.zip");
    expect(complaints).toEqual([]);
    await opened.screenshot({ path: `${SHOTS}/verify-pack.png`, fullPage: true });
    const files = unzipSync(readFileSync(pack));
    const zipped = (name: string, some: Readonly<Record<string, Uint8Array>>): string => {
      writeFileSync(join(folder, name), zipSync(some));
      return join(folder, name);
    };
    const said = JSON.parse(strFromU8(files["summary.json"] ?? new Uint8Array()));
    said.summary.byDecision.block = 0;
    const changed = { ...files, "summary.json": strToU8(JSON.stringify(said)) };
    await opened.getByRole("button", { name: "Clear" }).click();
    await verify(opened, { evidence: [zipped("changed.zip", changed)] });
    expect((await verdicts(opened))[0]).toBe("NOT VERIFIED");
    expect(await opened.locator(".damage").innerText()).toMatch(
      /summary\.json: It is not the file that was packed[\s\S]*The entries come to another summary/,
    );
    const { "entries.jsonl": _, ...without } = files;
    await opened.getByRole("button", { name: "Clear" }).click();
    await verify(opened, { evidence: [zipped("other.zip", without)] });
    expect(await opened.locator("#evidence-fault").innerText()).toContain("no evidence pack");
    await opened.context().close();
  });

  it("a proof of absence is found again in the export beside it", async () => {
    const absence = join(folder, "absence.json");
    await countersign("prove-none", exportFile, "--key", keys, "--where", "rule=US_SSN", "--out", absence);
    const { page: opened } = await open();
    await verify(opened, { evidence: [absence] });
    expect(await opened.locator("#evidence-fault").innerText()).toContain("give the export");
    await verify(opened, { evidence: [absence, exportFile] });
    expect(await verdicts(opened)).toEqual(["VERIFIED", "MATCH"]);
    expect(await opened.locator("#result").innerText()).toContain(
      "No action where rule=US_SSN was dispatched",
    );
    await opened.getByRole("button", { name: "Clear" }).click();
    const other = readFileSync(absence, "utf8").replace("rule=US_SSN", "surface=outbound.email");
    await verify(opened, { evidence: [file("other.json", other), exportFile] });
    expect((await verdicts(opened))[0]).toBe("NOT VERIFIED");
    expect(await opened.locator(".damage").innerText()).toMatch(
      /It is not what this export shows[\s\S]*act_\w+ was one, and left/,
    );
    await opened.context().close();
  });

  it("of the witnesses as many as are asked for have to have cosigned", async () => {
    const log = makeLog(5);
    const [first, second] = [await makeWitness("one.example"), await makeWitness("two.example")];
    const last = await first.cosign(await signCheckpoint(log));
    const cosigned = file("cosigned.jsonl", `${(await exportLog(log, { last })).join("\n")}\n`);
    const logKeys = file("log-keys.json", JSON.stringify(JWKS));
    const { page: opened } = await open();
    const verifyWith = async (quorum: string) => {
      await opened.getByLabel("Witnesses that have to have cosigned").fill(quorum);
      await verify(opened, { evidence: [cosigned], keys: [logKeys] });
    };
    await verifyWith("1");
    expect(await opened.locator("#keys-fault").innerText()).toContain("Give the keys of the witnesses");
    await opened
      .getByLabel("Or paste keys")
      .fill([first, second].map(({ witness }) => formatKey(witness)).join(" "));
    await verifyWith("");
    expect(await verdicts(opened)).toEqual(["NOT VERIFIED"]);
    await verifyWith("1");
    expect(await verdicts(opened)).toEqual(["VERIFIED"]);
    expect(await opened.locator("#result").innerText()).toContain(
      "at least 1 of the 2 given witnesses: one.example",
    );
    await verifyWith("3");
    expect(await opened.locator("#keys-fault").innerText()).toContain("a number from 1 to 2");
    await opened.context().close();
  });

  it("is the same, to the byte, as the one that a release builds", async () => {
    const served = await (await raw(world, "/verify", { method: "GET" })).text();
    const built = readFileSync(join(ROOT, "dist/verify.html"), "utf8");
    expect(served).toBe(built);
    const { page: opened } = await open({}, `${world.engine.url}/verify`);
    const download = opened.waitForEvent("download");
    await opened.getByRole("link", { name: "Save this page" }).click();
    expect(readFileSync(await (await download).path(), "utf8")).toBe(built);
    await opened.context().close();
    const { page: saved } = await open();
    expect(await saved.getByRole("link", { name: "Save this page" }).count()).toBe(0);
    await saved.context().close();
  });

  it("keeps nothing: a reload forgets files, keys and result", async () => {
    const { page: opened } = await open();
    await opened.getByLabel("Or paste keys").fill("something");
    await verify(opened, { evidence: [receipt] });
    await opened.reload();
    expect(await opened.locator(".files li").count()).toBe(0);
    expect(await opened.getByLabel("Or paste keys").inputValue()).toBe("");
    expect(await opened.evaluate("localStorage.length + sessionStorage.length")).toBe(0);
    await opened.context().close();
  });

  it("what a file brings is text: no markup, and nothing invisible", async () => {
    const name = 'a<img src=x onerror="document.title=1">\u202Egpj.json';
    const { page: opened, complaints } = await open();
    await verify(opened, {
      evidence: [
        file(
          name,
          '{"receipt":{"payloadType":"<b>\u202Ex</b>","payload":"","signatures":[{"keyid":"k","sig":"AA=="}]}}',
        ),
      ],
    });
    expect(await verdicts(opened)).toEqual(["NOT VERIFIED"]);
    const text = await opened.locator("#result").innerText();
    expect(text).toContain("the payloadType <b>⟨U+202E⟩x</b>");
    expect(text).toContain('a<img src=x onerror="document.title=1">⟨U+202E⟩gpj.json');
    expect(await opened.locator("main img, main b img").count()).toBe(0);
    expect(complaints).toEqual([]);
    await opened.context().close();
  });

  it("gives the report away as text and as JSON", async () => {
    const { page: opened } = await open({ permissions: ["clipboard-read", "clipboard-write"] });
    await verify(opened, { evidence: [exportFile] });
    await opened.getByRole("button", { name: "Copy report as text" }).click();
    await opened.getByText("Copied.").waitFor();
    const text = (await opened.evaluate("navigator.clipboard.readText()")) as string;
    expect(text).toMatch(/^VERIFIED: \d+ checks passed/m);
    expect(text).toMatch(/^MATCH: 3 decisions/m);
    expect(text).toMatch(/export\.jsonl: ledger export, \d+ bytes, SHA-256 [0-9a-f]{64}/);
    const download = opened.waitForEvent("download");
    await opened.getByRole("button", { name: "Save as JSON" }).click();
    const saved = JSON.parse(readFileSync(await (await download).path(), "utf8"));
    expect(saved).toMatchObject({
      verdict: "verified",
      replay: { counts: { MATCH: 3, MISMATCH: 0, UNVERIFIABLE: 0 } },
    });
    await opened.context().close();
  });

  it("served by the gate: a receipt handed over in the address, no request but for the page, no frame", async () => {
    const { receipt: envelope } = JSON.parse(readFileSync(receipt, "utf8"));
    const handed = Buffer.from(JSON.stringify(envelope)).toString("base64url");
    const { page: opened, complaints } = await open({}, `${world.engine.url}/verify#receipt=${handed}`);
    expect(new URL(opened.url()).hash).toBe("");
    const note = await opened.locator("#handed-over").innerText();
    expect(note).toContain(envelope.signatures[0].keyid);
    await opened.getByRole("button", { name: "Verify" }).click();
    await opened.getByText("Give the keys that you trust").waitFor();
    await opened.locator("#keys").setInputFiles([keys]);
    await opened.getByRole("button", { name: "Verify" }).click();
    await opened.locator("#result:not([hidden])").waitFor();
    expect(await verdicts(opened)).toEqual(["VERIFIED"]);
    expect(complaints).toEqual([]);
    const headers = (await fetch(`${world.engine.url}/verify`)).headers;
    expect(headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; script-src 'sha256-[^']+' 'wasm-unsafe-eval'; .*connect-src 'none'; .*frame-ancestors 'none'$/,
    );
    await opened.context().close();
  });

  for (const width of [360, 1280]) {
    it.each(["light", "dark"] as const)(
      `at ${width} px, %s: accessible, nothing sideways`,
      async (colorScheme) => {
        // bypassCSP lets axe in.
        const { page: opened } = await open({
          viewport: { width, height: 740 },
          colorScheme,
          bypassCSP: true,
          reducedMotion: "reduce",
        });
        const sideways = () =>
          opened.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        const look = async (name: string) => {
          expect(await sideways()).toBe(0);
          await opened.evaluate(
            "document.querySelectorAll('details').forEach((details) => { details.open = true })",
          );
          expect(await sideways()).toBe(0);
          await opened.screenshot({
            path: `${SHOTS}/verify-${name}-${width}-${colorScheme}.png`,
            fullPage: true,
          });
          await opened.evaluate(AXE);
          expect(await opened.evaluate(AXE_RUN)).toEqual([]);
        };
        await look("empty");
        await verify(opened, { evidence: [exportFile, receipt], keys: [] });
        await look("refused");
        await opened.getByRole("button", { name: "Clear" }).click();
        await verify(opened, { evidence: [file("cut.jsonl", evidence.slice(0, -300))] });
        await look("failed");
        await opened.addStyleTag({ content: "html { font-size: 200% }" });
        expect(await sideways()).toBe(0);
        await opened.context().close();
      },
    );
  }

  it("by keyboard alone: files, keys and the button are reached, and the result has the focus", async () => {
    const { page: opened } = await open();
    const reached: string[] = [];
    for (let step = 0; step < 12; step++) {
      await opened.keyboard.press("Tab");
      reached.push(
        (await opened.evaluate("document.activeElement.id || document.activeElement.textContent")) as string,
      );
    }
    expect(reached[0]).toBe("Skip to the content");
    for (const id of ["evidence", "keys", "key-text", "go"]) expect(reached).toContain(id);
    await opened.locator("#evidence").setInputFiles([receipt]);
    await opened.locator("#keys").setInputFiles([keys]);
    await opened.locator("#go").focus();
    await opened.keyboard.press("Enter");
    await opened.locator("#result:not([hidden])").waitFor();
    expect(await opened.evaluate("document.activeElement.id")).toBe("result");
    await opened.context().close();
  });
});
