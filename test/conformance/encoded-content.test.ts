/** Policies judge what a reader will see, not only how it is encoded on its way (invariant I12). */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorld, quiet, RESEND_KEY, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
  await world.govern("redacted.email", [
    { policy: "builtin:pii", settings: { redact: "replace" }, severities: { US_SSN: "warn" } },
  ]);
}, 60_000);
afterAll(() => world.close());

const mail = (extra: object, surface = "outbound.email") =>
  world.tenant.app.submit({
    action: {
      surface,
      target: "resend/main",
      payload: { from: "a@example.com", to: "b@example.com", subject: "s", text: "hello", ...extra },
    },
  });
const SECRET = "The SSN is 123-45-6789";
const attachment = (bytes: Buffer) => ({
  attachments: [{ filename: "a.txt", content: bytes.toString("base64") }],
});

/** Of one attachment and of HTML: where they are written, and where the decoded attachment is given to policies. */
const ATTACHED = { part: "message", pointer: "/attachments/0/content" };
const HTML = { part: "payload", pointer: "/html" };
const inUtf16 = Buffer.from(`\ufeff${SECRET}`, "utf16le");
const VARIANTS: readonly [string, object, object][] = [
  ["in a text attachment", attachment(Buffer.from(SECRET)), ATTACHED],
  ["in an attachment too short to be told from a word", attachment(Buffer.from("123-45-6789")), ATTACHED],
  ["in an attachment in UTF-16", attachment(inUtf16), ATTACHED],
  [
    "at the end of a large attachment",
    attachment(Buffer.from(`${"Nothing. ".repeat(2_000)}${SECRET}`)),
    ATTACHED,
  ],
  ["in character references", { html: "<p>SSN &#49;23-45-&#x36;789</p>" }, HTML],
  ["split by tags", { html: "<p>SSN 12<b></b>3-45-6<!-- -->789</p>" }, HTML],
  ["split by what only a browser takes for a tag", { html: '<p>SSN 12<!-->3<b =">-45-</ x>6789</p>' }, HTML],
  ["in the cells of a table", { html: "<table><tr><td>123</td><td>45</td><td>6789</td></tr></table>" }, HTML],
  ["in an attribute", { html: '<img alt="SSN 123-45-6789">' }, HTML],
];

describe("a social security number", () => {
  it.each(VARIANTS)("%s is found", async (_, extra, place) => {
    const { status, body } = await mail(extra);
    expect(status).toBe(403);
    expect(body.findings).toContainEqual(expect.objectContaining({ rule: "US_SSN", ...place }));
    await quiet();
    expect(world.mail.requests).toEqual([]);
  });

  it.each(VARIANTS.filter(([, , place]) => place === HTML))("%s is redacted there", async (_, extra) => {
    const { status, body } = await mail(extra, "redacted.email");
    expect([status, body.decision]).toEqual([200, "modify"]);
    const html = String((body.payload as { html: string }).html);
    expect(html).toContain("[US_SSN]");
    expect(html.replace(/<[^>]*>|[^0-9]/g, "")).not.toMatch(/6789/);
    // What goes is judged as any other: nothing is left in it.
    expect((await mail({ html })).status).toBe(200);
  });

  it("in an attachment blocks where it should be redacted: nothing within base64 can be", async () => {
    const { status, body } = await mail(attachment(Buffer.from(SECRET)), "redacted.email");
    expect([status, body.decision]).toEqual([403, "block"]);
  });

  it.each([
    ["subject", { subject: `=?utf-8?B?${Buffer.from(SECRET).toString("base64")}?=` }],
    ["name", { from: "=?UTF-8?q?123-45-=36789?= <a@example.com>" }],
    ["header", { headers: { "X-Note": "=?utf-8?Q?123=2D45=2D6789?=" } }],
    ["file name", { attachments: [{ filename: "=?utf-8?B?MTIz?=", content: "" }] }],
    ["attachment that only lenient decoders read", { attachments: [{ filename: "a", content: "MTIzLR==" }] }],
  ])("cannot hide in an encoded %s", async (_, extra) => {
    expect(await mail(extra)).toMatchObject({ status: 422, body: { code: "invalid_payload" } });
  });

  it("cannot hide in an attachment that policies cannot read: it is refused, unless an admin lets the target send it", async () => {
    const binary = attachment(Buffer.from([0x80, 0xff, 0x00]));
    expect(await mail(binary)).toMatchObject({
      status: 422,
      body: { code: "invalid_payload", errors: [{ pointer: "/action/payload/attachments/0/content" }] },
    });
    const target = {
      kind: "resend",
      config: { base_url: world.mail.origin, unread_attachments: "send" },
      credentials: { api_key: RESEND_KEY },
      surfaces: ["*"],
    };
    await world.tenant.admin.expect("PUT", "/v1/targets/resend/main", target);
    expect((await mail(binary)).status).toBe(200);
  });
});
