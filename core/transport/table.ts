/** Every kind of target: one row each. */
import { resend } from "./resend.ts";
import type { Transport } from "./transport.ts";
import { webhook } from "./webhook.ts";

const TRANSPORTS: readonly Transport[] = [resend, webhook];

/** Found by comparison, so that a kind named `__proto__` finds nothing. */
export const findTransport = (kind: string): Transport | undefined =>
  TRANSPORTS.find((row) => row.kind === kind);
export const TRANSPORT_KINDS: readonly string[] = TRANSPORTS.map((row) => row.kind);
