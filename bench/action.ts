/** What the benchmark submits: an e-mail that only asks for clearing, with 2.7 KB of payload that no rule fires on. */
import type { Submission } from "../cli/client.ts";

const PARAGRAPH =
  "The export of your workspace runs again since this morning. We moved the job to another queue, raised its memory, and watched two nightly runs end in time; nothing of what you saved was lost. ";

const payload = {
  from: "Acme Support <support@acme.example>",
  to: ["sam@customer.example", "kim@customer.example"],
  subject: "Ticket 81: the export works again",
  text: `Hello Sam,\n\n${PARAGRAPH.repeat(13)}\n\nThank you for your patience.\n\nAcme Support`,
};

export const SUBMISSION: Submission = {
  action: { surface: "outbound.email", tool: "email.send", payload, intent: "answer ticket 81" },
  context: { agent: "support-bot", request: "Answer the open tickets." },
};
export const BODY = JSON.stringify(SUBMISSION);
export const PAYLOAD_BYTES = new TextEncoder().encode(JSON.stringify(payload)).length;
