/** Resend (resend.com/docs/api-reference/emails/send-email): the payload is the request body, within a closed schema. */
import * as v from "valibot";
import { canonicalJson } from "../canonical-json.ts";
import { fromBase64 } from "../encoding.ts";
import type { JsonObject } from "../json.ts";
import type { PointedString } from "../json-pointer.ts";
import { ok, type Result, refuse } from "../result.ts";
import { type InvalidFault, type InvalidIssue, validate } from "../validate.ts";
import type { Transport } from "./transport.ts";

export const RESEND_ORIGIN = "https://api.resend.com";

/** Resend takes 50 recipients in each field. */
const RECIPIENTS_MAX = 50;
const ATTACHMENTS_MAX = 20;

/** No line break or other control: an address or subject that carries one could start a header of its own. */
const line = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(998),
  v.regex(/^[^\p{Cc}\u2028\u2029]*$/u, "Expected one line."),
  // RFC 2047: `=?utf-8?B?…?=` arrives as other words than the ones that policies and reviewers read.
  v.check((text) => !/=\?[^?\s]*\?[bq]\?/i.test(text), "Expected plain text; it is encoded on its way."),
);

/**
 * One address each, in a form that no two readers can take apart differently: bare, or `Name <address>`, with the name
 * in quotes where it holds a comma, semicolon or colon. One `@` in all, so no second recipient hides in a name.
 */
const ADDR_SPEC = String.raw`[^\s<>()[\]\\,;:"@]{1,64}@[^\s<>()[\]\\,;:"@]{1,255}`;
const DISPLAY_NAME = String.raw`(?:"[^"\\<>@]{0,300}"|[^"\\<>@,;:]{0,300}?)`;
const ADDRESS = new RegExp(`^(?:${ADDR_SPEC}|${DISPLAY_NAME} *<${ADDR_SPEC}>)$`);
const address = v.pipe(line, v.regex(ADDRESS, "Expected one e-mail address, bare or as Name <address>."));
const recipients = v.union([address, v.pipe(v.array(address), v.minLength(1), v.maxLength(RECIPIENTS_MAX))]);

/**
 * Headers that would change who the mail is from or goes to, what its body means, or how the provider treats it: each
 * has a field of its own that policies judge, or is the provider's to set.
 */
const RESERVED_HEADERS: ReadonlySet<string> = new Set([
  ...[
    "from",
    "to",
    "cc",
    "bcc",
    "subject",
    "sender",
    "reply-to",
    "return-path",
    "message-id",
    "date",
    "mime-version",
  ],
  ...["received", "received-spf", "authentication-results", "delivered-to", "envelope-to", "envelope-from"],
  ...[
    "apparently-to",
    "errors-to",
    "x-original-to",
    "x-original-from",
    "x-receiver",
    "x-sender",
    "mail-reply-to",
  ],
  ...[
    "mail-followup-to",
    "disposition-notification-to",
    "return-receipt-to",
    "x-confirm-reading-to",
    "autocrypt",
  ],
  ...[
    "dkim-signature",
    "domainkey-signature",
    "bimi-selector",
    "idempotency-key",
    "authorization",
    "x-smtpapi",
  ],
]);
const RESERVED_PREFIXES = [
  "content-",
  "resent-",
  "resend-",
  "x-resend-",
  "x-ses-",
  "x-amz-",
  "x-envelope-",
  "arc-",
];

function isReservedHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return RESERVED_HEADERS.has(lower) || RESERVED_PREFIXES.some((prefix) => lower.startsWith(prefix));
}

const headers = v.pipe(
  v.record(v.pipe(v.string(), v.regex(/^[A-Za-z0-9-]{1,76}$/, "Expected a header name.")), line),
  v.check(
    (all) => !Object.keys(all).some(isReservedHeader),
    "A header that is reserved: use the payload's own fields.",
  ),
  v.check(
    (all) => new Set(Object.keys(all).map((name) => name.toLowerCase())).size === Object.keys(all).length,
    "Two headers of one name: which of them is sent is not ours to say.",
  ),
);

/** Resend's own rule (the official client's types). */
const tagText = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9_-]{1,256}$/, "Expected ASCII letters, digits, _ or -."),
);

/**
 * What Resend accepts and the gate can see. Left out, and so refused: `template` (text that lives at the
 * provider), attachments by `path` (a URL that may answer anything later), `scheduled_at` and `topic_id`.
 *
 * Links and remote images in `html` are let through here: they are text that policies see. What they will show
 * when the mail is opened nobody can judge, so a tenant that minds lets a policy refuse them.
 */
const payloadSchema = v.pipe(
  v.strictObject({
    from: address,
    to: recipients,
    cc: v.optional(recipients),
    bcc: v.optional(recipients),
    reply_to: v.optional(recipients),
    subject: line,
    text: v.optional(v.string()),
    html: v.optional(v.string()),
    headers: v.optional(headers),
    tags: v.optional(v.pipe(v.array(v.strictObject({ name: tagText, value: tagText })), v.maxLength(20))),
    attachments: v.optional(
      v.pipe(
        v.array(
          v.strictObject({
            filename: line,
            content: v.pipe(
              v.string(),
              // The one canonical form: what a lenient decoder alone can read, policies would not see.
              v.check(
                (text) => fromBase64(text) !== null,
                "Expected base64 content; an attachment by URL cannot be judged.",
              ),
            ),
            content_type: v.optional(line),
            content_id: v.optional(line),
          }),
        ),
        v.maxLength(ATTACHMENTS_MAX),
      ),
    ),
  }),
  v.check(({ text, html }) => text !== undefined || html !== undefined, "Expected text or html."),
);

/** An origin and nothing more: a path, query or password in it would become part of the endpoint. */
const origin = v.pipe(
  v.string(),
  v.maxLength(300),
  v.check((text) => originOf(text) !== null, "Expected an origin such as https://api.resend.com."),
  v.transform((text) => originOf(text) ?? text),
);

function originOf(text: string): string | null {
  if (!/^https?:\/\/[^/?#@\\\s]+\/?$/i.test(text) || !URL.canParse(text)) return null;
  return new URL(text).origin;
}

const configSchema = v.strictObject({
  base_url: v.optional(origin, RESEND_ORIGIN),
  /**
   * What becomes of attachments that are not text: policies cannot read them. An admin may say that they are sent all
   * the same; otherwise they are refused (invariant I12).
   */
  unread_attachments: v.optional(v.picklist(["refuse", "send"])),
});
const credentialsSchema = v.strictObject({
  api_key: v.pipe(v.string(), v.regex(/^re_[A-Za-z0-9_-]{1,200}$/, "Expected a Resend key, re_…")),
});

/** Attachments that are text; what is not, policies see in base64 alone. */
function viewsOf({ attachments }: JsonObject): PointedString[] {
  return ((attachments ?? []) as readonly JsonObject[]).flatMap(({ content }, index) => {
    const text = textOf(fromBase64(String(content)));
    return text === null ? [] : [{ pointer: `/attachments/${index}/content`, text }];
  });
}

function unreadAttachments({ attachments }: JsonObject): InvalidIssue[] {
  const message = "Expected text: policies cannot read this. An admin may let the target send it unread.";
  return ((attachments ?? []) as readonly JsonObject[]).flatMap(({ content }, index) =>
    textOf(fromBase64(String(content))) === null
      ? [{ pointer: `/attachments/${index}/content`, message }]
      : [],
  );
}

/** UTF-16 where its mark says so, else UTF-8; null where the bytes are not text. */
function textOf(bytes: Uint8Array | null): string | null {
  if (bytes === null) return null;
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : "utf-8";
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return null;
  }
}

/** From a settled configuration alone; the dispatcher compares it with the message's. */
export const resendEndpoint = (config: JsonObject): string => `${String(config.base_url)}/emails`;

export const resend: Transport = {
  kind: "resend",
  // Sound: an optional member that is absent is left out, not set to undefined.
  parseConfig: (config) => validate(configSchema, config) as Result<JsonObject, InvalidFault>,
  parseCredentials: (credentials) => validate(credentialsSchema, credentials),
  render(action, config) {
    // Sound: the schema's output is what JSON gave it, with nothing but JSON's own types in it.
    const payload = validate(payloadSchema, action.payload) as Result<JsonObject, InvalidFault>;
    if (!payload.ok) return payload;
    const unread = config.unread_attachments === "send" ? [] : unreadAttachments(payload.value);
    if (unread.length > 0) return refuse({ code: "invalid_request", issues: unread });
    return ok({
      transport: "resend",
      endpoint: resendEndpoint(config),
      mediaType: "application/json",
      body: canonicalJson(payload.value),
      content: payload.value,
      payloadAt: "",
      views: viewsOf(payload.value),
    });
  },
};
