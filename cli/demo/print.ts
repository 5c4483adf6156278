/** What the demo says. Plain text: it is read in terminals and in logs. */
import type { ActionAnswer, FindingAnswer } from "../client.ts";
import type { Outcome } from "./samples.ts";
import type { DemoState } from "./tenant.ts";

export interface Story {
  readonly state: DemoState;
  readonly reviewExpiresAt: string;
  readonly outcomes: readonly Outcome[];
  /** As typed from the repository's folder. */
  readonly demoFile: string;
  readonly receiptFile: string;
  readonly keysFile: string;
}

export function formatStory(story: Story): string {
  const { state } = story;
  return `
Countersign is running at ${state.url}

An AI wanted to send three e-mails. The gate judged each one before it could leave:

${story.outcomes.map(formatOutcome).join("\n\n")}

Look for yourself:

  Approve or deny   ${state.review_url}
                    (signs you in as rita, once, until ${formatTime(story.reviewExpiresAt)}; later, on the same page, with reviewer_key)
  Look it up        ${state.audit_url}
                    (signs you in as otto, the auditor, once: each action's whole story, its proof, the log's health)
  Mails sent        ${state.inbox_url}
  Webhooks sent     ${state.webhook_url}

Submit an action of your own:

${formatCurl(state)}

Verify the first e-mail's receipt, offline, with the public keys alone:

  npx countersign verify ${story.receiptFile} --key ${story.keysFile}

or in a browser, on a page that works without a network, too: ${state.url}/verify

All keys and addresses are in ${story.demoFile}. Ctrl-C stops everything.
`;
}

const LABELS: Readonly<Record<ActionAnswer["decision"], string>> = {
  allow: "ALLOWED",
  modify: "CHANGED",
  hold: "HELD",
  defer: "DEFERRED",
  block: "BLOCKED",
};

function formatOutcome({ sample, action }: Outcome): string {
  const label = LABELS[action.decision].padEnd(8);
  const lines = [`  ${label}  "${String(sample.submission.action.payload.subject)}"`];
  for (const finding of action.findings) lines.push(`            ${formatFinding(finding)}`);
  lines.push(`            ${formatFate(action)}`);
  return lines.join("\n");
}

/** The rule, where, and why: never the text that was caught. */
function formatFinding({ rule, pointer, start, end, reason }: FindingAnswer): string {
  const span = start === undefined || end === undefined ? "" : `, characters ${start} to ${end}`;
  return `${reason} (${rule}${pointer === undefined ? "" : ` in ${pointer}${span}`})`;
}

function formatFate(action: ActionAnswer): string {
  switch (action.decision) {
    case "allow":
    case "modify":
      return action.status === "dispatched"
        ? `Sent; ledger entry ${action.ledger?.index ?? "?"}, receipt signed.`
        : `Cleared; its delivery is ${action.delivery?.status ?? action.status}.`;
    case "hold":
      return "Waits for a person; nothing has been sent.";
    case "defer":
      return "Waits for facts that a rule needs; nothing has been sent.";
    case "block":
      return "Never leaves, and nobody can approve it; the caller has a signed denial proof.";
  }
}

/** A tool call that the webhook target executes; single quotes, so that a shell passes it on as it stands. */
function formatCurl({ url, api_key }: DemoState): string {
  const submission = {
    action: {
      surface: "tool.call",
      tool: "crm.update",
      target: "hook/crm",
      payload: { ticket: 81, status: "closed", note: "Solved, says the customer." },
    },
  };
  return [
    `  curl -sS ${url}/v1/gate/outbound \\`,
    `    -H 'Authorization: Bearer ${api_key}' \\`,
    `    -H 'Content-Type: application/json' \\`,
    `    -d '${JSON.stringify(submission)}'`,
  ].join("\n");
}

const formatTime = (iso: string): string => new Date(iso).toTimeString().slice(0, 5);
