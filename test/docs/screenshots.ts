/** Makes the pictures in docs/images from the real gateway: `node test/docs/screenshots.ts`. Needs Chromium. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resendTarget, webhookTarget } from "../../cli/tenant-setup.ts";
import { launchBrowser } from "../harness/browser.ts";
import { startEngine } from "../harness/engine.ts";
import { startReceiver } from "../harness/receiver.ts";
import { startStandIn } from "../harness/stand-in.ts";
import { createTestTenant } from "../harness/tenant.ts";

const IMAGES = join(import.meta.dirname, "../../docs/images");
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

const stateDir = mkdtempSync(join(tmpdir(), "countersign-shots-"));
const [mail, hook, browser] = await Promise.all([startStandIn(), startReceiver(), launchBrowser()]);
const engine = await startEngine({ stateDir, allowedPrivateOrigins: [mail.origin, hook.origin] });
try {
  const { app, reviewer, auditor, keys } = await createTestTenant({
    url: engine.url,
    bootstrapToken: engine.secrets.BOOTSTRAP_TOKEN,
    name: "Acme",
    targets: {
      "resend/main": resendTarget(mail.origin, "re_screenshots"),
      "hook/crm": webhookTarget(hook.url, hook.secret),
    },
  });
  const email = (to: string, subject: string, text: string) => ({
    surface: "outbound.email",
    tool: "email.send",
    target: "resend/main",
    payload: { from: "Acme Support <support@acme.example>", to: [to], subject, text },
  });
  const { body: refund } = await app.submit({
    action: {
      ...email(
        "sam@customer.example",
        "Your refund for order 1042",
        "Hello Sam,\n\nwe are sorry for the delay. We guarantee that your refund of 129 EUR arrives by Friday.\n\nAcme Support",
      ),
      intent: "answer ticket 82",
      reason: "Sam asked twice when the money comes back.",
      impact: "A promise in writing to one customer.",
    },
    context: {
      agent: "support-bot",
      request: "Answer the open tickets.",
      on_behalf_of: { user: "mina", roles: ["support"] },
    },
  });
  await app.submit({
    action: email(
      "buying@harbour-hotels.example",
      "Offer for the spring season",
      "Dear team,\n\nour price is guaranteed until the end of March.\n\nAcme Sales",
    ),
    context: { agent: "sales-bot", on_behalf_of: { user: "jonas", roles: ["sales"] } },
  });
  await app.submit({
    action: {
      surface: "tool.call",
      tool: "crm.update",
      target: "hook/crm",
      payload: { ticket: 81, status: "closed", note: "We guarantee a call back tomorrow." },
    },
    context: { agent: "support-bot" },
  });

  // One that goes all the way, for the auditor's page.
  const { body: promise } = await app.submit({
    action: {
      ...email(
        "buying@harbour-hotels.example",
        "Your offer",
        "Dear team,\n\nwe guarantee the price until March.\n\nAcme Sales",
      ),
      intent: "answer a request for an offer",
    },
    context: { agent: "sales-bot", on_behalf_of: { user: "jonas", roles: ["sales"] } },
  });
  await reviewer.expect("POST", `/v1/approvals/${promise.approval?.id}/decision`, {
    decision: "approve",
    if_match: promise.action_digest,
    reason: "The price list says so.",
  });
  await app.findAction(promise.id, 10);
  await app.submit({
    action: email("sam@customer.example", "Your data", "Your number is 123-45-6789."),
    context: { agent: "support-bot" },
  });

  const { url } = await reviewer.expect<{ url: string }>("POST", "/v1/review/links");
  const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await page.goto(url);
  for (const [size, ending] of [
    [DESKTOP, ""],
    [PHONE, "-phone"],
  ] as const) {
    await page.setViewportSize(size);
    await page.goto(`${engine.url}/review`);
    await page.screenshot({ path: join(IMAGES, `review-list${ending}.png`) });
    await page.goto(`${engine.url}/review/${refund.approval?.id}`);
    await page.screenshot({ path: join(IMAGES, `review-detail${ending}.png`) });
  }

  const link = await auditor.expect<{ url: string }>("POST", "/v1/audit/links");
  await page.setViewportSize(DESKTOP);
  await page.goto(link.url);
  await page.screenshot({ path: join(IMAGES, "audit-search.png") });
  await page.setViewportSize({ width: 1280, height: 1120 });
  await page.goto(`${engine.url}/audit/${promise.id}`);
  await page.screenshot({ path: join(IMAGES, "audit-story.png") });

  const get = async (path: string) =>
    Buffer.from(
      await (
        await fetch(engine.url + path, { headers: { authorization: `Bearer ${keys.auditor}` } })
      ).arrayBuffer(),
    );
  const verify = await browser.newPage({ viewport: { width: 1280, height: 1220 } });
  await verify.goto(`${engine.url}/verify`);
  const [evidence, jwks] = await Promise.all([
    get("/v1/ledger/export?include=evidence"),
    get("/.well-known/countersign-keys.json"),
  ]);
  const mimeType = "application/octet-stream";
  await verify.locator("#evidence").setInputFiles({ name: "export.jsonl", mimeType, buffer: evidence });
  await verify.locator("#keys").setInputFiles({ name: "keys.json", mimeType, buffer: jwks });
  await verify.getByRole("button", { name: "Verify" }).click();
  await verify.locator("#result:not([hidden])").waitFor();
  await verify.evaluate("scrollTo(0, 0)");
  await verify.screenshot({ path: join(IMAGES, "verify.png") });
} finally {
  await Promise.all([browser.close(), engine.stop(), mail.close(), hook.close()]);
  rmSync(stateDir, { recursive: true, force: true });
}
