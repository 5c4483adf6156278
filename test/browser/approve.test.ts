/** The reviewer's whole way, in Chromium, through the real gateway: sign in, look, decide, and the mail goes out or not. */
import { mkdirSync } from "node:fs";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorld, email, quiet, toolCall, type World } from "../conformance/world.ts";
import { hasBrowser, launchBrowser } from "../harness/browser.ts";

const SHOTS = "/tmp/countersign-shots";

describe.skipIf(!hasBrowser("approving through the real gateway"))("the approval page", () => {
  let world: World;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true });
    [world, browser] = await Promise.all([createWorld(), launchBrowser()]);
    context = await browser.newContext({ viewport: { width: 360, height: 740 }, javaScriptEnabled: false });
    page = await context.newPage();
    page.on("console", (message) => complaints.push(message.text()));
  }, 90_000);
  afterAll(async () => {
    await browser.close();
    await world.close();
  });

  const link = async () =>
    (await world.tenant.reviewer.expect<{ url: string }>("POST", "/v1/review/links")).url;
  const mailsTo = async (subject: string) =>
    (await world.mail.mails()).filter((mail) => mail.subject === subject);

  it("signs in by a one-time link, which works once", async () => {
    const url = await link();
    await page.goto(url);
    expect(new URL(page.url()).pathname).toBe("/review");
    const second = await browser.newContext();
    const stranger = await second.newPage();
    const response = await stranger.goto(url);
    expect(response?.status()).toBe(401);
    await second.close();
  });

  it("shows a held e-mail with the flagged text, and sends it once it is approved", async () => {
    await world.tenant.app.submit(
      email("We guarantee delivery by Friday.\u202E", {
        subject: "Your order 81",
        context: { agent: "support-bot", on_behalf_of: { user: "u_7", roles: ["support"] } },
      }),
    );
    await page.goto(`${world.engine.url}/review`);
    expect(await page.title()).toContain("1");
    await page.screenshot({ path: `${SHOTS}/real-list.png`, fullPage: true });
    await page.getByRole("link", { name: /Your order 81/ }).click();
    expect(await page.locator("mark").first().innerText()).toContain("guarantee");
    const shown = await page.locator("body").innerText();
    for (const part of ["customer@example.com", "DISCOURAGED_TERM", "support-bot", "u_7", "U+202E"])
      expect(shown).toContain(part);
    await page.screenshot({ path: `${SHOTS}/real-detail.png`, fullPage: true });

    expect(await mailsTo("Your order 81")).toHaveLength(0);
    await page.getByLabel(/reason/i).fill("It is in the contract.");
    await page.getByRole("button", { name: /approve/i }).click();
    await page.waitForLoadState();
    expect(await page.locator("body").innerText()).toMatch(/approved/i);
    await page.screenshot({ path: `${SHOTS}/real-approved.png`, fullPage: true });
    await expect.poll(() => mailsTo("Your order 81"), { timeout: 5_000 }).toHaveLength(1);
    expect(await page.getByRole("button", { name: /approve/i }).count()).toBe(0);
  });

  it("denies, and nothing is sent", async () => {
    const { body } = await world.tenant.app.submit(email("A guaranteed return.", { subject: "Invest now" }));
    await page.goto(`${world.engine.url}/review/${body.approval?.id}`);
    await page.getByLabel(/reason/i).fill("We may not promise that.");
    await page.getByRole("button", { name: /deny/i }).click();
    await page.waitForLoadState();
    expect((await world.tenant.app.findAction(body.id)).status).toBe("denied");
    await quiet();
    expect(await mailsTo("Invest now")).toHaveLength(0);
  });

  it("refuses one's own action", async () => {
    const { body } = await world.tenant.app.submit(toolCall({ note: "guarantee" }, {}));
    const own = await world.tenant.app.submit({
      ...toolCall({ note: "guaranteed" }),
      context: { on_behalf_of: { user: "RITA", roles: [] } },
    });
    await page.goto(`${world.engine.url}/review/${own.body.approval?.id}`);
    await page.getByLabel(/reason/i).fill("Mine.");
    await page.getByRole("button", { name: /approve/i }).click();
    await page.waitForLoadState();
    expect(await page.locator("body").innerText()).toMatch(/own action/i);
    expect((await world.tenant.app.findAction(own.body.id)).status).toBe("held");
    expect((await world.tenant.app.findAction(body.id)).status).toBe("held");
  });

  it("gives the browser nothing to complain of", () => {
    // The refusal of one's own action is a 403, which Chromium notes.
    expect(complaints.filter((text) => !text.includes("status of 403"))).toEqual([]);
  });
});
