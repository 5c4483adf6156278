/** Webhooks: Standard Webhooks 1.0.0. The id stays the same over all attempts, the timestamp is the attempt's. */
import { webhookEndpoint } from "../../../core/transport/webhook.ts";
import { parseWebhookSecret, signWebhook } from "../../../core/webhook-signature.ts";
import type { Sender } from "./sender.ts";

export const webhookSender: Sender = {
  kind: "webhook",
  title: "The webhook",
  publicOrigin: null,
  endpoint: webhookEndpoint,
  async headers({ actionId, body, credentials }, nowMs) {
    const secret = parseWebhookSecret(String(credentials.secret));
    if (secret === null) throw new TypeError("webhook: credentials that parseCredentials has not seen");
    return { ...(await signWebhook(secret, actionId, Math.floor(nowMs / 1000), body)) };
  },
  finalConflicts: [],
  // A stranger's answer: nothing in it is ours to keep.
  providerId: () => null,
  errorName: () => null,
};
