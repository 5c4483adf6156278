/** The page in a real browser: accessibility, narrow screens, no script, no complaint in the console. */
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasBrowser, launchBrowser } from "../harness/browser.ts";
import { mounted } from "./browse.ts";
import { approved, denied, expired, plain, refund, toolCall } from "./examples.ts";
import { type FakeGate, fakeGate, KEY } from "./fake-ports.ts";
import { type Served, serve } from "./serve.ts";

const SHOTS = "/tmp/countersign-shots";
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const found = hasBrowser("the approval page");

const PAGES = [
  ["sign-in", "/review/sign-in"],
  ["sign-in-refused", "/review/sign-in?code=used"],
  ["waiting", "/review"],
  ["history", "/review/history"],
  ["email", "/review/apr_refund"],
  ["tool-call-own", "/review/apr_tool"],
  ["approved", "/review/apr_approved"],
  ["denied", "/review/apr_denied"],
  ["expired", "/review/apr_expired"],
  ["not-found", "/review/apr_none"],
] as const;
const WIDTHS = [360, 1280] as const;
const SCHEMES = ["light", "dark"] as const;

/** Scripts for the browser are texts: the types of the tests are those of Node and Workers. */
const FOCUS_UNDER_BAR = `(() => {
  const focused = document.activeElement;
  const bar = document.querySelector(".decision");
  if (bar.contains(focused) || focused === document.body) return null;
  return focused.getBoundingClientRect().top >= bar.getBoundingClientRect().top ? focused.outerHTML : null;
})()`;
const AXE_RUN = `axe
  .run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })
  .then(({ violations }) => violations.map(({ id, nodes }) =>
    id + ": " + nodes.map(({ target, failureSummary }) => target + " " + failureSummary).join("; ")))`;

describe.skipIf(!found)("the approval page in a browser", () => {
  let browser: Browser;
  let served: Served;
  let gate: FakeGate;

  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true });
    gate = fakeGate(refund, toolCall, plain, approved, denied, expired);
    served = await serve(mounted(gate));
    browser = await launchBrowser();
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    served?.close();
  });

  /** A page, and all that the browser complained of on it: violations of the content policy too. */
  async function open(
    path: string,
    options: BrowserContextOptions,
    signedIn = true,
  ): Promise<{ page: Page; complaints: string[] }> {
    const context = await browser.newContext(options);
    if (signedIn) await context.addCookies([{ name: "countersign", value: "session-0", url: served.origin }]);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("requestfailed", (request) => complaints.push(`failed: ${request.url()}`));
    page.on("request", (request) => {
      if (!request.url().startsWith(served.origin)) complaints.push(`left the page: ${request.url()}`);
    });
    await page.goto(served.origin + path);
    return { page, complaints };
  }

  const sidewaysBy = (page: Page) =>
    page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");

  for (const [name, path] of PAGES) {
    for (const width of WIDTHS) {
      it.each(SCHEMES)(
        `${name} at ${width} px, %s: accessible, nothing sideways, no complaints`,
        async (colorScheme) => {
          const viewport = { width, height: width === 360 ? 740 : 900 };
          // bypassCSP lets axe in; the page's own policy is tried below.
          const { page } = await open(
            path,
            { viewport, colorScheme, bypassCSP: true, reducedMotion: "reduce" },
            !name.startsWith("sign-in"),
          );
          await page.screenshot({ path: `${SHOTS}/${name}-${width}-${colorScheme}.png` });
          await page.screenshot({
            path: `${SHOTS}/${name}-${width}-${colorScheme}-full.png`,
            fullPage: true,
          });
          expect(await sidewaysBy(page)).toBe(0);
          await page.evaluate(
            "document.querySelectorAll('details').forEach((details) => { details.open = true })",
          );
          // High enough that the bar covers nothing: what scrolls under it is no fault of what it covers.
          await page.setViewportSize({ width, height: 8000 });
          await page.evaluate(AXE);
          const violations = await page.evaluate(AXE_RUN);
          expect(violations).toEqual([]);
          await page.addStyleTag({ content: "html { font-size: 200% }" });
          expect(await sidewaysBy(page)).toBe(0);
          await page.context().close();
        },
      );
    }

    it(`${name} under its own policy: no complaint, nothing sideways at 320 px`, async () => {
      const { page, complaints } = await open(
        path,
        { viewport: { width: 320, height: 640 } },
        !name.startsWith("sign-in"),
      );
      expect(await sidewaysBy(page)).toBe(0);
      expect(complaints.filter((text) => !/status of 40[14]/.test(text))).toEqual([]);
      await page.context().close();
    });
  }

  it("without JavaScript: sign in, open, approve, sign out; the bar stays in reach of a thumb", async () => {
    const { page, complaints } = await open(
      "/review/apr_plain",
      { javaScriptEnabled: false, viewport: { width: 360, height: 740 } },
      false,
    );
    expect(new URL(page.url()).pathname).toBe("/review/sign-in");
    await page.getByLabel("Your API key").fill(KEY);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL("**/review/apr_plain");

    const approve = page.getByRole("button", { name: "Approve" });
    const box = await approve.boundingBox();
    expect(box && box.y + box.height <= 740 && box.height >= 44).toBe(true);

    await page.getByRole("link", { name: "Waiting" }).click();
    await page.getByRole("link", { name: /Agenda for Thursday/ }).click();
    await page.getByRole("button", { name: "Approve" }).click();
    // The browser itself asks for the reason: nothing was sent.
    expect(gate.decisions).toEqual([]);
    await page.getByLabel("Reason (required").fill("Known partner");
    await page.getByRole("button", { name: "Approve" }).click();
    await page.getByRole("heading", { name: /Approved by/ }).waitFor();
    expect(gate.decisions).toEqual([
      { id: "apr_plain", decision: "approve", ifMatch: plain.actionDigest, reason: "Known partner" },
    ]);
    expect(await page.getByRole("button", { name: "Approve" }).count()).toBe(0);

    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL("**/review/sign-in");
    expect(complaints).toEqual([]);
    gate.approvals.set(plain.id, plain);
    await page.context().close();
  });

  it("a finding leads to its words and back, both clear of the decision bar", async () => {
    const { page } = await open("/review/apr_refund", {
      viewport: { width: 360, height: 740 },
      reducedMotion: "reduce",
    });
    const barTop = (await page.locator(".decision").boundingBox())?.y ?? 0;
    for (const link of ["a[href='#mark-1']", "a#mark-1"]) {
      await page.locator(link).click();
      const target = page.locator(new URL(page.url()).hash);
      const box = await target.boundingBox();
      expect(box && box.y >= 0 && box.y < barTop).toBe(true);
    }
    await page.context().close();
  });

  it("by keyboard: the skip link comes first, and what has the focus is never under the bar", async () => {
    const { page } = await open("/review/apr_refund", {
      viewport: { width: 1280, height: 700 },
      reducedMotion: "reduce",
    });
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the content");
    for (let step = 0; step < 40; step++) {
      await page.keyboard.press("Tab");
      const hidden = await page.evaluate(FOCUS_UNDER_BAR);
      expect(hidden).toBeNull();
    }
    await page.context().close();
  });

  it("on a low screen, as at 400 % zoom, the bar does not cover the page", async () => {
    const { page } = await open("/review/apr_refund", { viewport: { width: 320, height: 256 } });
    expect(await page.evaluate("getComputedStyle(document.querySelector('.decision')).position")).toBe(
      "static",
    );
    expect(await sidewaysBy(page)).toBe(0);
    await page.context().close();
  });
});
