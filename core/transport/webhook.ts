/**
 * A webhook: the payload, wrapped as Standard Webhooks 1.0.0 suggests, to one fixed URL.
 *
 *   {"data":{...the payload...},"type":"crm.update"}
 */
import * as v from "valibot";
import { canonicalJson } from "../canonical-json.ts";
import type { JsonObject } from "../json.ts";
import { ok } from "../result.ts";
import { validate } from "../validate.ts";
import { parseWebhookSecret } from "../webhook-signature.ts";
import type { Transport } from "./transport.ts";

/** Settled to the one spelling that a URL parser gives it, so that no two readers see two hosts in it. */
const url = v.pipe(
  v.string(),
  v.maxLength(2_000),
  v.url(),
  v.check(
    (text) => /^https?:/i.test(text) && !/[#\\\s]/.test(text),
    "Expected an https URL without a fragment.",
  ),
  v.transform((text) => new URL(text).href),
);

const configSchema = v.strictObject({ url });
const credentialsSchema = v.strictObject({
  secret: v.pipe(
    v.string(),
    v.check((text) => parseWebhookSecret(text) !== null, "Expected whsec_ and the base64 of 24 to 64 bytes."),
  ),
});

/** From a settled configuration alone; the dispatcher compares it with the message's. */
export const webhookEndpoint = (config: JsonObject): string => String(config.url);

export const webhook: Transport = {
  kind: "webhook",
  parseConfig: (config) => validate(configSchema, config),
  parseCredentials: (credentials) => validate(credentialsSchema, credentials),
  render(action, config) {
    const content: JsonObject = { data: action.payload, type: action.tool ?? action.surface };
    return ok({
      transport: "webhook",
      endpoint: webhookEndpoint(config),
      mediaType: "application/json",
      body: canonicalJson(content),
      content,
      payloadAt: "/data",
      views: [],
    });
  },
};
