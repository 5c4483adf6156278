/** Approvals as they come, for the browser to show. */
import type { ApprovalDetail } from "../../core/approval.ts";
import { approval, finding, NOW_MS, PERSON } from "./fake-ports.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const refundText = `Hello Bob,

thank you for your patience. We have refunded the order to your card 4111 1111 1111 1111, which expires 04/29.
Our clinic on file lists Dr. Amara Singh, and your date of birth as 1984-02-11. If anything is wrong, call
me on +49 30 901820.

You can follow the refund at https://pay.pаypal.example/r/81 – the link is valid for 24 hours.\u{e0069}\u{e0067}\u{e006e}\u{e006f}\u{e0072}\u{e0065}

Best regards
Support, Acme Health\u200b\u200b\u200b`;

const spanOf = (text: string, words: string) => ({
  start: text.indexOf(words),
  end: text.indexOf(words) + words.length,
});

export const refund: ApprovalDetail = approval({
  id: "apr_refund",
  tool: "email.send",
  target: "resend/main",
  agent: "support-bot",
  user: "Tomás Ferreira",
  roles: ["support", "refunds"],
  title: "bob@customer.example, billing@аcme.example: Your refund for order 81",
  rules: ["PII_CARD", "PII_BIRTH_DATE", "HIDDEN_TEXT"],
  action: {
    surface: "outbound.email",
    tool: "email.send",
    target: "resend/main",
    payload: {
      from: "Acme Support <help@acme.example>",
      to: ["Bob Marsh <bob@customer.example>", "billing@аcme.example"],
      bcc: "audit@acme.example",
      reply_to: "ticket-81@acme.example",
      subject: "Your refund for order 81 \u202etxt.exe",
      text: refundText,
      html: '<p>Hello Bob,</p><script>alert(1)</script><img src="https://track.example/p.gif" onerror="alert(2)">\n<a href="javascript:alert(3)">Follow the refund</a>',
      headers: { "X-Ticket": "81" },
      attachments: [
        {
          filename: "refund-81.pdf",
          content: "JVBERi0xLjQKJcOkw7zDtsOfCjIgMCBvYmo=",
          content_type: "application/pdf",
        },
      ],
    },
    resource: { folder: "acme", data_class: "phi" },
    intent: "answer ticket 81",
    reason: "The customer asked three times where the money is.",
    impact: "One customer is told about a refund that was already made.",
  },
  context: {
    folder: "acme",
    agent: "support-bot",
    session: "ses_20261114_77",
    request: "Please tell Bob that his refund is on its way, and give him the details.",
    on_behalf_of: { user: "Tomás Ferreira", roles: ["support", "refunds"] },
    labels: ["customer-facing"],
  },
  findings: [
    finding(spanOf(refundText, "4111 1111 1111 1111")),
    finding({
      rule: "PII_BIRTH_DATE",
      reason: "A date of birth beside a name is personal data",
      suggestion: null,
      ...spanOf(refundText, "date of birth as 1984-02-11"),
    }),
    finding({
      policy: "hidden-text",
      rule: "HIDDEN_TEXT",
      reason: "The text holds characters that a person cannot see",
      suggestion: "Remove them",
      pointer: "/subject",
      start: 25,
      end: 26,
    }),
    finding({
      policy: "hidden-text",
      rule: "HIDDEN_TEXT",
      reason: "The text holds characters that a person cannot see",
      suggestion: "Remove them",
      ...spanOf(refundText, "\u{e0069}\u{e0067}\u{e006e}\u{e006f}\u{e0072}\u{e0065}"),
    }),
    finding({
      policy: "denylist",
      rule: "DENY_PHRASE",
      severity: "info",
      reason: "Mentions a link that runs out",
      suggestion: null,
      ...spanOf(refundText, "the link is valid for 24 hours"),
    }),
    finding({
      policy: "access",
      rule: "ACCESS_NEEDS_APPROVAL",
      reason: "Health data in this folder needs a second person",
      suggestion: null,
      part: null,
      pointer: null,
    }),
  ],
});

export const toolCall: ApprovalDetail = approval({
  id: "apr_tool",
  tool: "crm.delete_contacts",
  target: "hook/crm",
  surface: "tool.call",
  agent: "cleanup-agent",
  owner: PERSON,
  transport: "webhook",
  title: "crm.delete_contacts",
  rules: ["BULK_DELETE"],
  expiresAtMs: NOW_MS + 34 * MINUTE_MS,
  action: {
    surface: "tool.call",
    tool: "crm.delete_contacts",
    target: "hook/crm",
    payload: {
      filter: { last_seen_before: "2024-01-01", tags: ["stale", "imported"], include_customers: true },
      limit: 2500,
      dry_run: false,
      note: null,
      reason: "",
      owners: [],
    },
    intent: "Tidy up the address book",
    compensation: { target: "hook/crm", payload: { restore: "batch-77" } },
  },
  context: { agent: "cleanup-agent", facts: { contacts_total: 41_200 } },
  findings: [
    finding({
      policy: "bulk",
      rule: "BULK_DELETE",
      reason: "More than 1000 records at once",
      suggestion: "Delete in smaller steps",
      pointer: "/limit",
    }),
    finding({
      policy: "bulk",
      rule: "CUSTOMERS_TOUCHED",
      reason: "Customers are included",
      suggestion: null,
      pointer: "/filter/include_customers",
      key: true,
    }),
  ],
});

export const plain: ApprovalDetail = approval({
  id: "apr_plain",
  agent: "scheduler",
  user: "Ines Duarte",
  target: "resend/main",
  title: "team@partner.example: Agenda for Thursday",
  rules: ["FIRST_CONTACT"],
});

const decided = { decidedBy: PERSON, decidedAtMs: NOW_MS - 5 * MINUTE_MS };
export const approved: ApprovalDetail = {
  ...refund,
  ...decided,
  id: "apr_approved",
  status: "approved",
  actionStatus: "dispatched",
  reason: "Checked with Bob on the phone.",
};
export const denied: ApprovalDetail = {
  ...toolCall,
  ...decided,
  id: "apr_denied",
  status: "denied",
  actionStatus: "denied",
  decidedBy: "Jonas Lind",
  reason: "Not without a dry run first.",
};
export const expired: ApprovalDetail = {
  ...plain,
  id: "apr_expired",
  status: "expired",
  actionStatus: "expired",
  expiresAtMs: NOW_MS - 2 * HOUR_MS,
  decidedAtMs: NOW_MS - 2 * HOUR_MS,
};
