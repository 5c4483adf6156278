/** A held action that the gateway changed: the reviewer sees what goes, and what was taken out of it. */
import { describe, expect, it } from "vitest";
import type { ApprovalDetail } from "../../core/approval.ts";
import { digestOf } from "../../core/hash.ts";
import { get } from "./browse.ts";
import { approval, fakeGate, finding } from "./fake-ports.ts";

const submitted = "Her number is 123-45-6789. We guarantee it.";
const sent = "Her number is ***-**-****. We guarantee it.";
const payload = (text: string) => ({
  from: "a@acme.example",
  to: ["b@customer.example"],
  subject: "Hi",
  text,
});
const changedDigest = digestOf("as it goes");

const detail: ApprovalDetail = approval({
  action: { surface: "outbound.email", payload: payload(submitted) },
  changed: { payload: payload(sent), actionDigest: changedDigest },
  findings: [
    finding({ policy: "denylist", rule: "DISCOURAGED_TERM", start: 30, end: 39 }),
    finding({ rule: "US_SSN", start: 14, end: 25, settled: true }),
  ],
});

const pageOf = async (shown: ApprovalDetail) => (await get(fakeGate(shown), `/review/${shown.id}`)).text();

describe("the page of a changed action", () => {
  it("shows what goes in the place of what was submitted", async () => {
    const page = await pageOf(detail);
    const content = page.slice(page.indexOf('id="payload"'), page.indexOf('id="why"'));
    expect(content).toContain("***-**-****");
    expect(content).not.toContain("123-45-6789");
    expect(content).toContain("The gateway changed it");
    expect(page).toContain(changedDigest);
  });

  it("marks in it what is still there, and only tells of what was removed", async () => {
    const page = await pageOf(detail);
    expect(page).toMatch(/id="mark-1"[^>]*>[\s\S]{0,200}guarantee/);
    expect(page).not.toContain('id="mark-2"');
    const findings = page.slice(page.indexOf('class="findings"'), page.indexOf('id="payload"'));
    expect(findings).toContain("Removed before sending");
    expect(findings).toContain("characters 14 to 25, as submitted");
    expect(findings).not.toContain("123-45-6789");
  });

  it("has what was submitted as canonical JSON, and says that it is that", async () => {
    const page = await pageOf(detail);
    const raw = page.slice(page.indexOf('class="raw"'));
    expect(raw).toContain("as submitted");
    expect(raw).toContain("123-45-6789");
  });

  it("says nothing of this where nothing was changed", async () => {
    const page = await pageOf({ ...detail, changed: null, findings: detail.findings.slice(0, 1) });
    expect(page).not.toContain("The gateway changed it");
    expect(page).not.toContain("as submitted,");
    expect(page).not.toContain("Removed before sending");
  });
});
