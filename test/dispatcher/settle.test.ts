import { describe, expect, it } from "vitest";
import { resendSender } from "../../worker/dispatcher/transports/resend.ts";
import { parseRetryAfter, settle } from "../../worker/dispatcher/transports/settle.ts";
import { webhookSender } from "../../worker/dispatcher/transports/webhook.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const SENDERS = { resend: resendSender, webhook: webhookSender };
const named = (name: string) => JSON.stringify({ statusCode: 0, name, message: "secret text" });
const answer = (status: number, text = "", retryAfter: string | null = null) => ({
  status,
  text,
  retryAfter,
});

describe.each(["resend", "webhook"] as const)("%s: the status table", (kind) => {
  it.each([200, 201, 202, 204, 299])("%d is delivered", (status) => {
    expect(settle(SENDERS[kind], answer(status), NOW)).toEqual({
      status: "delivered",
      httpStatus: status,
      providerId: null,
    });
  });

  it.each([408, 409, 425, 429, 500, 502, 503, 504, 599])("%d is tried again", (status) => {
    expect(settle(SENDERS[kind], answer(status, "", "7"), NOW)).toMatchObject({
      status: "retry",
      httpStatus: status,
      retryAfterMs: 7_000,
    });
  });

  it.each([300, 301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 410, 413, 422, 451])(
    "%d is rejected",
    (status) => {
      expect(settle(SENDERS[kind], answer(status, "", "7"), NOW)).toMatchObject({
        status: "rejected",
        httpStatus: status,
      });
    },
  );

  it.each(["timeout", "network"] as const)("%s is tried again", (failure) => {
    const result = settle(SENDERS[kind], { status: null, failure }, NOW);
    expect(result).toMatchObject({ status: "retry", httpStatus: null, retryAfterMs: null });
  });
});

describe("Resend's answers", () => {
  it("give the id of what was taken", () => {
    const result = settle(resendSender, answer(200, '{"id":"49a3999c-0ce1-4ea6-ab68-afcd6dc2e794"}'), NOW);
    expect(result).toMatchObject({ providerId: "49a3999c-0ce1-4ea6-ab68-afcd6dc2e794" });
  });

  it.each([
    "",
    "{",
    "null",
    "[]",
    '{"id":1}',
    '{"id":""}',
    '{"id":"a b"}',
    '{"id":"<script>"}',
    `{"id":"${"a".repeat(101)}"}`,
    '{"id":"cut',
  ])("are delivered without an id: %s", (text) => {
    expect(settle(resendSender, answer(200, text), NOW)).toMatchObject({
      status: "delivered",
      providerId: null,
    });
  });

  it("tell the two 409s apart", () => {
    expect(settle(resendSender, answer(409, named("concurrent_idempotent_requests")), NOW)).toMatchObject({
      status: "retry",
      reason: "Resend answered 409 (concurrent_idempotent_requests).",
    });
    expect(settle(resendSender, answer(409, named("invalid_idempotent_request")), NOW)).toMatchObject({
      status: "rejected",
      reason: "Resend answered 409 (invalid_idempotent_request).",
    });
  });

  it.each<[string, string]>([
    [named("validation_error"), "Resend answered 422 (validation_error)."],
    [named("Your key re_abc is wrong"), "Resend answered 422."],
    [named("a".repeat(65)), "Resend answered 422."],
    ['{"message":"secret text"}', "Resend answered 422."],
    ['{"__proto__":{"name":"x"}}', "Resend answered 422."],
    ["secret text", "Resend answered 422."],
  ])("repeat no text: %s", (text, reason) => {
    expect(settle(resendSender, answer(422, text), NOW)).toEqual({
      status: "rejected",
      httpStatus: 422,
      reason,
    });
  });
});

it("a webhook's answer is not repeated at all", () => {
  const result = settle(webhookSender, answer(422, '{"name":"validation_error","id":"x"}'), NOW);
  expect(result).toEqual({ status: "rejected", httpStatus: 422, reason: "The webhook answered 422." });
  expect(settle(webhookSender, answer(200, '{"id":"x"}'), NOW)).toMatchObject({ providerId: null });
});

describe("Retry-After", () => {
  it.each<[string | null, number | null]>([
    [null, null],
    ["", null],
    ["0", 0],
    ["120", 120_000],
    [" 5 ", 5_000],
    ["-1", null],
    ["1.5", null],
    ["1e3", null],
    ["9999999999", null],
    ["Sat, 21 Nov 2026 10:01:00 GMT", 60_000],
    ["Sat, 21 Nov 2026 09:00:00 GMT", 0],
    ["Sat, 99 Nov 2026 09:00:00 GMT", null],
    ["2026-11-21T10:01:00Z", null],
    ["tomorrow", null],
  ])("%j is %s", (header, ms) => {
    expect(parseRetryAfter(header, NOW)).toBe(ms);
  });
});
