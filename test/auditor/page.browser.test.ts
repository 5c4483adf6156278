/** The auditor's way, in Chromium, through the real gateway: sign in, look up, read a story, take its proof away, verify it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ActionAnswer } from "../../cli/client.ts";
import { createWorld, email, raw, type World } from "../conformance/world.ts";
import { hasBrowser, launchBrowser } from "../harness/browser.ts";

const SHOTS = "/tmp/countersign-shots";
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const AXE_RUN = `axe
  .run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })
  .then(({ violations }) => violations.map(({ id, nodes }) =>
    id + ": " + nodes.map(({ target, failureSummary }) => target + " " + failureSummary).join("; ")))`;

describe.skipIf(!hasBrowser("the auditor's page"))("the auditor's page", () => {
  let world: World;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let approved: ActionAnswer;
  let blocked: ActionAnswer;
  let keys: string;
  const folder = mkdtempSync(join(tmpdir(), "countersign-audit-"));
  const complaints: string[] = [];

  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true });
    [world, browser] = await Promise.all([createWorld(), launchBrowser()]);
    const { app, reviewer } = world.tenant;
    const { body: held } = await app.submit(
      email("We guarantee delivery by Friday.", {
        subject: "Your order 81",
        context: { agent: "support-bot", on_behalf_of: { user: "u_7", roles: ["support"] } },
      }),
    );
    await reviewer.expect("POST", `/v1/approvals/${held.approval?.id}/decision`, {
      decision: "approve",
      if_match: held.action_digest,
      reason: "It is in the contract.\u202E",
    });
    approved = await app.findAction(held.id, 10);
    blocked = (await app.submit(email("Her number is 123-45-6789."))).body;
    const answer = await raw(world, "/.well-known/countersign-keys.json", { method: "GET" });
    keys = join(folder, "keys.json");
    writeFileSync(keys, await answer.text());
    context = await browser.newContext({ javaScriptEnabled: true, acceptDownloads: true });
    page = await context.newPage();
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await world?.close();
    rmSync(folder, { recursive: true });
  });

  const path = () => new URL(page.url()).pathname;
  const text = () => page.locator("main").innerText();

  it("is for auditors: a reviewer's key is refused, an auditor's link opens it once", async () => {
    const other = await browser.newContext();
    const stranger = await other.newPage();
    await stranger.goto(`${world.engine.url}/audit/${approved.id}`);
    await stranger.getByLabel("Your API key").fill(world.tenant.keys.reviewer);
    await stranger.getByRole("button", { name: "Sign in" }).click();
    expect(await stranger.locator("main").innerText()).toContain("This is not the API key of an auditor.");
    await stranger.getByLabel("Your API key").fill(world.tenant.keys.auditor);
    await stranger.getByRole("button", { name: "Sign in" }).click();
    // On to what was asked for.
    expect(new URL(stranger.url()).pathname).toBe(`/audit/${approved.id}`);
    // And with an auditor's session there is nothing to approve.
    await stranger.goto(`${world.engine.url}/review`);
    expect(new URL(stranger.url()).pathname).toBe("/review/sign-in");
    await other.close();

    const { url } = await world.tenant.auditor.expect<{ url: string }>("POST", "/v1/audit/links");
    await page.goto(url);
    expect(path()).toBe("/audit");
    const reviewers = await raw(world, "/v1/audit/links", { method: "POST" }, world.tenant.keys.reviewer);
    expect(reviewers.status).toBe(403);
  });

  it("finds actions by agent, user, rule, decision, status and recipient, and says what it cannot search for", async () => {
    const found = async (query: string) => {
      await page.goto(`${world.engine.url}/audit?${query}`);
      return page.locator(".found .byline code").allInnerTexts();
    };
    expect(await found("")).toEqual([blocked.id, approved.id]);
    for (const query of ["agent=support-bot", "user=u_7", "status=dispatched", "rule=DISCOURAGED_TERM"])
      expect([query, await found(query)]).toEqual([query, [approved.id]]);
    expect(await found("decision=block")).toEqual([blocked.id]);
    expect(await found("recipient=customer@example.com")).toEqual([blocked.id, approved.id]);
    expect(await found("recipient=nobody@example.com")).toEqual([]);
    expect(await found("until=2020-01-01T00:00")).toEqual([]);
    expect(await found("since=2020-01-01T00:00&surface=outbound.email")).toEqual([blocked.id, approved.id]);
    await found("surface=???");
    expect(await page.getByRole("alert").innerText()).toContain("surface is a surface such as");
    await page.goto(`${world.engine.url}/audit`);
    await page.getByRole("textbox", { name: "Rule" }).fill("US_SSN");
    await page.getByRole("button", { name: "Search" }).click();
    expect(await page.locator(".found .byline code").allInnerTexts()).toEqual([blocked.id]);
    expect(await page.getByRole("textbox", { name: "Rule" }).inputValue()).toBe("US_SSN");
  });

  it("tells the whole story: who asked, what judged it, who approved and why, each attempt and its answer", async () => {
    await page.goto(`${world.engine.url}/audit/${approved.id}`);
    const items = await page.locator(".timeline > li").allInnerTexts();
    expect(items).toHaveLength(4);
    const [submitted, approval, again, sent] = items as [string, string, string, string];
    for (const part of [
      "held for a person",
      "ada (key “app”)",
      "support-bot",
      "u_7",
      "resend/main",
      "DISCOURAGED_TERM",
      "policies ran",
    ])
      expect(submitted).toContain(part);
    expect(approval).toMatch(/approved by rita/);
    expect(approval).toContain("It is in the contract.⟨U+202E⟩");
    expect(again).toMatch(/Judged again: allowed/);
    expect(sent).toMatch(/Attempt 1 to send: delivered HTTP 200 at resend\/main/);
    // In the order and under the indexes of the log.
    const numbers = items.map((item) => Number(/entry (\d+)/.exec(item)?.[1]));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect(numbers[2]).toBe(approved.ledger?.index);
    const whole = await text();
    expect(whole).toContain("Attempt 1");
    await page.getByText("Payload and context, as judged").click();
    expect(await text()).toContain("We guarantee delivery by Friday.");
    await page.getByText("policies ran").first().click();
    expect(await page.locator(".ran").first().innerText()).toMatch(
      /denylist fuel \d+ of \d+\s+sha256:[0-9a-f]{64}/,
    );
    await page.screenshot({ path: `${SHOTS}/audit-story.png`, fullPage: true });
    await page.goto(`${world.engine.url}/audit/act_0000000000000000000000`);
    expect(await text()).toContain("no such action");
  });

  it("gives the receipt with its proof away, and hands it to the page that verifies, without keys", async () => {
    await page.goto(`${world.engine.url}/audit/${approved.id}`);
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download with its proof" }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe(`${approved.id}.receipt.json`);
    const receipt = JSON.parse(readFileSync(await file.path(), "utf8"));
    expect(receipt.proof).toMatch(/^c2sp\.org\/tlog-proof@v1\n/);
    expect(receipt.payload).toBe(approved.receipt?.payload);

    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await page.getByRole("link", { name: "Verify in this browser" }).click();
    await page.waitForURL("**/verify");
    const note = await page.locator("#handed-over").innerText();
    expect(note).toContain(receipt.signatures[0].keyid);
    await page.getByRole("button", { name: "Verify" }).click();
    await page.getByText("Give the keys that you trust").waitFor();
    await page.locator("#keys").setInputFiles([keys]);
    await page.getByRole("button", { name: "Verify" }).click();
    await page.locator("#result:not([hidden])").waitFor();
    expect(await page.locator(".verdict .word").allInnerTexts()).toEqual(["VERIFIED"]);
    expect(asked.filter((one) => !one.startsWith("http"))).toEqual(["/verify"]);
    await page.screenshot({ path: `${SHOTS}/audit-verified.png`, fullPage: true });
  });

  it("gives away what the decision was made from: the page makes it again, with the receipt in it", async () => {
    const get = async (name: string) => {
      await page.goto(`${world.engine.url}/audit/${approved.id}`);
      const download = page.waitForEvent("download");
      await page.getByRole("link", { name }).click();
      const file = await download;
      const saved = join(folder, file.suggestedFilename());
      await file.saveAs(saved);
      return saved;
    };
    const files = [await get("Download for a replay"), await get("Download with its proof")];
    await page.goto(`${world.engine.url}/verify`);
    await page.locator("#evidence").setInputFiles(files);
    await page.locator("#keys").setInputFiles([keys]);
    await page.getByRole("button", { name: "Verify" }).click();
    await page.locator("#result:not([hidden])").waitFor();
    expect(await page.locator(".verdict .word").allInnerTexts()).toEqual(["VERIFIED", "MATCH"]);
  });

  it("shows the log's health: size, checkpoint, witnesses, what waits, alerts", async () => {
    await page.goto(`${world.engine.url}/audit/log`);
    await expect
      .poll(
        async () => {
          await page.reload();
          return text();
        },
        { timeout: 10_000 },
      )
      .toMatch(/Not yet signed\s+0 entries/);
    const shown = await text();
    expect(shown).toContain(world.tenant.log);
    expect(shown).toMatch(/Root\s+[A-Za-z0-9+/]{43}=/);
    expect(shown).toContain("none cosigned it");
    expect(shown).toContain("Nothing waits.");
    expect(shown).toContain("None was raised.");
  });

  it("says that it was erased where it was", async () => {
    const { app, admin } = world.tenant;
    const { body } = await app.submit(email("Her other number is 123-45-6780."));
    await admin.expect("POST", `/v1/payloads/${body.id}/erase`, { reason: "She asked for it." });
    await page.goto(`${world.engine.url}/audit/${body.id}`);
    const shown = await text();
    expect(shown).toContain("Erased. The log still commits to it");
    expect(shown).not.toContain("123-45-6780");
    expect(await page.locator(".timeline > li").count()).toBe(2);
    expect(shown).toMatch(/Erased, on request, by ada/);
    expect(shown).toContain("US_SSN");
  });

  it("gives the browser nothing to complain of", () => {
    // The one refused search, and the action that is not there.
    expect(complaints.filter((one) => !/status of (422|404)/.test(one))).toEqual([]);
  });

  describe("is accessible, and goes nowhere sideways", () => {
    const PAGES = [
      ["search", () => "/audit"],
      ["story", () => `/audit/${approved.id}`],
      ["denial", () => `/audit/${blocked.id}`],
      ["log", () => "/audit/log"],
    ] as const;
    for (const [name, at] of PAGES) {
      for (const width of [360, 1280]) {
        it.each(["light", "dark"] as const)(`${name} at ${width} px, %s`, async (colorScheme) => {
          const options: BrowserContextOptions = {
            viewport: { width, height: 800 },
            colorScheme,
            bypassCSP: true,
          };
          const own = await browser.newContext({ ...options, storageState: await context.storageState() });
          const opened = await own.newPage();
          await opened.goto(world.engine.url + at());
          const sideways = () =>
            opened.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
          await opened.screenshot({
            path: `${SHOTS}/audit-${name}-${width}-${colorScheme}.png`,
            fullPage: true,
          });
          expect(await sideways()).toBe(0);
          await opened.evaluate(
            "document.querySelectorAll('details').forEach((details) => { details.open = true })",
          );
          expect(await sideways()).toBe(0);
          await opened.evaluate(AXE);
          expect(await opened.evaluate(AXE_RUN)).toEqual([]);
          await opened.addStyleTag({ content: "html { font-size: 200% }" });
          expect(await sideways()).toBe(0);
          await own.close();
        });
      }
    }
  });
});
