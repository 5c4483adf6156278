import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../../core/json.ts";
import { RESEND_ORIGIN, resend } from "../../../core/transport/resend.ts";

const CONFIG = { base_url: RESEND_ORIGIN };
const MAIL: JsonObject = { from: "a@example.com", to: "b@example.com", subject: "Hi", text: "Hello" };
const render = (over: Record<string, Json | undefined>) => {
  const payload = Object.fromEntries(
    Object.entries({ ...MAIL, ...over }).filter(([, value]) => value !== undefined),
  );
  return resend.render({ surface: "outbound.email", payload: payload as JsonObject }, CONFIG);
};

describe("what is rendered", () => {
  it("is the payload's canonical bytes, to the target's endpoint", () => {
    const message = render({});
    expect(message).toMatchObject({
      ok: true,
      value: {
        transport: "resend",
        endpoint: "https://api.resend.com/emails",
        mediaType: "application/json",
        content: MAIL,
      },
    });
    expect(message.ok && message.value.body).toBe(
      '{"from":"a@example.com","subject":"Hi","text":"Hello","to":"b@example.com"}',
    );
  });
});

describe("addresses", () => {
  it.each([
    "a@example.com",
    "Ann <a@example.com>",
    "<a@example.com>",
    '"Doe, Jane: sales" <j.doe+x@example.co.uk>',
    "Ann (Sales) <a@example.com>",
    "Zoë Ü <z@bücher.example>",
    "o'brien@example.com",
  ])("one, in one reading: %s", (from) => {
    expect(render({ from }).ok).toBe(true);
  });

  it.each<Json>([
    "",
    "a",
    "@",
    "a@",
    "@b",
    "a@b, c@d",
    "a@b; c@d",
    "a@b c@d",
    "A, B <a@b.com>",
    "Group: a@b.com",
    "a@b.com;",
    "<a@b.com",
    "a@b.com>",
    "x <a@b.com> y",
    "<a@b.com> <c@d.com>",
    "Ann a@b.com",
    "a@b.com (c)",
    'x" <a@b.com>',
    '"x\\" <a@b.com>',
    "a@b@c",
    "ceo@x.com <a@b.com>",
    "a@b.com\r\nBcc: x@y.com",
    "a@b.com\n",
    "a\0@b.com",
    "a@b.com\u2028",
    1,
    null,
    {},
  ])("refused: %j", (from) => {
    expect(render({ from }).ok).toBe(false);
  });

  it("are at most fifty, and not none", () => {
    const many = (count: number) => Array.from({ length: count }, (_, at) => `p${at}@example.com`);
    expect(render({ to: many(50) }).ok).toBe(true);
    expect(render({ to: many(51) }).ok).toBe(false);
    expect(render({ to: [] }).ok).toBe(false);
  });

  it("cost little to refuse", () => {
    const started = performance.now();
    for (const evil of [
      "a".repeat(998),
      `${" ".repeat(997)}<`,
      `"${"a".repeat(996)}"`,
      `${"a <".repeat(300)}`,
    ])
      render({ from: evil });
    expect(performance.now() - started).toBeLessThan(200);
  });
});

describe("custom headers", () => {
  it.each([
    "X-Entity-Ref-ID",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "In-Reply-To",
    "References",
    "Precedence",
    "X-Priority",
  ])("pass: %s", (name) => {
    expect(render({ headers: { [name]: "x" } }).ok).toBe(true);
  });

  it.each([
    ...[
      "From",
      "TO",
      "cc",
      "BCC",
      "Subject",
      "sender",
      "Reply-To",
      "Return-Path",
      "Message-ID",
      "Date",
      "MIME-Version",
    ],
    ...[
      "Content-Type",
      "content-transfer-encoding",
      "Content-Anything",
      "DKIM-Signature",
      "Received",
      "Resent-To",
      "Resend-Idempotency-Key",
    ],
    ...[
      "Idempotency-Key",
      "X-SES-CONFIGURATION-SET",
      "X-Resend-Anything",
      "ARC-Seal",
      "Disposition-Notification-To",
      "Errors-To",
    ],
    ...["", "a b", "a:b", "X-Ü", "X\r\nBcc", "X_Under"],
  ])("that change envelope or meaning are refused: %j", (name) => {
    expect(render({ headers: { [name]: "x" } }).ok).toBe(false);
  });

  it("are single lines, and no two of one name", () => {
    expect(render({ headers: { "X-A": "a\r\nBcc: x@y.com" } }).ok).toBe(false);
    expect(render({ headers: { "X-A": "1", "x-a": "2" } }).ok).toBe(false);
  });
});

describe("content that the gate cannot see is refused (I12)", () => {
  it.each<[string, Record<string, Json | undefined>]>([
    ["a template", { template: { id: "t", variables: {} } }],
    ["an attachment by URL", { attachments: [{ filename: "a", path: "https://example.com/a" }] }],
    [
      "an attachment by URL beside its content",
      { attachments: [{ filename: "a", content: "SGk=", path: "https://example.com/a" }] },
    ],
    ["an attachment that is not base64", { attachments: [{ filename: "a", content: "Hello!" }] }],
    ["a later time", { scheduled_at: "2026-12-01T00:00:00Z" }],
    ["a topic", { topic_id: "t" }],
    ["React", { react: {} }],
    ["anything unknown", { constructor: "x" }],
    ["no text at all", { text: undefined }],
    ["a tag with text in it", { tags: [{ name: "a", value: "free text" }] }],
    ["too many attachments", { attachments: Array(21).fill({ filename: "a", content: "SGk=" }) }],
  ])("%s", (_, over) => {
    expect(render(over).ok).toBe(false);
  });

  it("a fault names the place and repeats nothing", () => {
    const fault = render({ to: ["x@y.com", "secret"] });
    expect(fault).toMatchObject({
      ok: false,
      fault: { issues: [{ pointer: expect.stringContaining("/to") }] },
    });
    expect(JSON.stringify(fault)).not.toContain("secret");
  });
});

describe("the configuration", () => {
  it.each<[JsonObject, string]>([
    [{}, "https://api.resend.com"],
    [{ base_url: "https://api.resend.com/" }, "https://api.resend.com"],
    [{ base_url: "HTTPS://API.RESEND.COM:443" }, "https://api.resend.com"],
    [{ base_url: "http://127.1:4010" }, "http://127.0.0.1:4010"],
  ])("%j settles to %s", (config, base_url) => {
    expect(resend.parseConfig(config)).toEqual({ ok: true, value: { base_url } });
  });

  it.each([
    "",
    "x",
    "ftp://a.com",
    "https://a.com/path",
    "https://a.com?x",
    "https://a.com#x",
    "https://u@a.com",
    "https://u:p@a.com",
    "https:\\\\a.com",
    "https://a.com\\b",
    " https://a.com",
    "https://",
  ])("refuses %j", (base_url) => {
    expect(resend.parseConfig({ base_url }).ok).toBe(false);
  });

  it("takes a Resend key and nothing else as credentials", () => {
    expect(resend.parseCredentials({ api_key: "re_abc_123" }).ok).toBe(true);
    for (const bad of [{}, { api_key: "sk_1" }, { api_key: "re_a\r\nx: y" }, { api_key: "re_a", more: 1 }]) {
      expect(resend.parseCredentials(bad as JsonObject).ok).toBe(false);
    }
  });
});
