/** Every kind of target that can be sent to: one row each, as in core/transport/table.ts. */
import { resendSender } from "./resend.ts";
import type { Sender } from "./sender.ts";
import { webhookSender } from "./webhook.ts";

const SENDERS: readonly Sender[] = [resendSender, webhookSender];

export const findSender = (kind: string): Sender | undefined => SENDERS.find((row) => row.kind === kind);
