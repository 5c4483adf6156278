/** Policies judge what a reader will see, not only how it is encoded on its way (invariant I12). */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorld, quiet, RESEND_KEY, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
}, 60_000);
afterAll(() => world.close());

const mail = (extra: object) =>
  world.tenant.app.submit({
    action: {
      surface: "outbound.email",
      target: "resend/main",
      payload: { from: "a@example.com", to: "b@example.com", subject: "s", text: "hello", ...extra },
    },
  });
const SECRET = "The SSN is 123-45-6789";
const attachment = (bytes: Buffer) => ({
  attachments: [{ filename: "a.txt", content: bytes.toString("base64") }],
});

describe("a social security number", () => {
  it.each<[string, object, string]>([
    ["in a text attachment", attachment(Buffer.from(SECRET)), "/attachments/0/content"],
    [
      "in an attachment in UTF-16",
      attachment(Buffer.from(`\ufeff${SECRET}`, "utf16le")),
      "/attachments/0/content",
    ],
    ["in character references", { html: "<p>SSN &#49;23-45-&#x36;789</p>" }, "/html"],
    ["split by tags", { html: "<p>SSN 12<b></b>3-45-6<!-- -->789</p>" }, "/html"],
  ])("%s is found", async (_, extra, pointer) => {
    const { status, body } = await mail(extra);
    expect(status).toBe(403);
    expect(body.findings).toMatchObject([{ rule: "US_SSN", part: "message", pointer }]);
    await quiet();
    expect(world.mail.requests).toEqual([]);
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

  it("is not made of what stands in two cells", async () => {
    expect((await mail({ html: "<td>123</td><td>45</td><td>6789</td>" })).status).toBe(200);
  });
});
