/** What became of an approval that can no longer be decided, told from its state alone. */
import type { ApprovalDetail, TaskStatus } from "../../core/approval.ts";
import { Moment } from "./facts.tsx";
import { Text } from "./text.tsx";

export const STATUS_WORDS: Readonly<Record<TaskStatus, string>> = {
  pending: "Waiting",
  approved: "Approved",
  denied: "Denied",
  expired: "Expired",
  cancelled: "Cancelled",
};

/** docs/api.md, `status`. A state that is not listed is shown by its own name. */
const ACTION_WORDS: ReadonlyMap<string, string> = new Map([
  ["allowed", "It may go."],
  ["approved", "It is on its way to its target."],
  ["dispatching", "It is on its way to its target."],
  ["dispatched", "It was sent."],
  ["blocked", "The policies, asked again, blocked it: nothing was sent."],
  ["held", "The policies, asked again, held it once more."],
  ["deferred", "The policies, asked again, wait for facts: nothing was sent yet."],
  ["failed", "Sending failed for good: nothing was sent."],
  ["unknown", "Whether it arrived is not known; nothing is sent again until someone looks."],
  ["denied", "Nothing was sent."],
  ["expired", "Nothing was sent."],
  ["cancelled", "Nothing was sent."],
]);

/** Pending by the ledger's last word, but out of time, counts as expired: it cannot be decided any more. */
export function statusAt(
  { status, expiresAtMs }: Pick<ApprovalDetail, "status" | "expiresAtMs">,
  nowMs: number,
): TaskStatus {
  return status === "pending" && expiresAtMs <= nowMs ? "expired" : status;
}

export function Outcome({ detail, nowMs }: { readonly detail: ApprovalDetail; readonly nowMs: number }) {
  const status = statusAt(detail, nowMs);
  if (status === "pending") return null;
  const endedAtMs = detail.decidedAtMs ?? (status === "expired" ? detail.expiresAtMs : null);
  return (
    <section class={`outcome status-${status}`} aria-labelledby="outcome">
      <h2 id="outcome">
        {STATUS_WORDS[status]}
        {detail.decidedBy !== null && (
          <>
            {" by "}
            <Text value={detail.decidedBy} line />
          </>
        )}
      </h2>
      {endedAtMs !== null && (
        <p>
          <Moment ms={endedAtMs} nowMs={nowMs} />
        </p>
      )}
      {detail.reason !== null && (
        <blockquote>
          <Text value={detail.reason} />
        </blockquote>
      )}
      <p>
        {detail.status === "pending" ? (
          "Nobody decided it in time: nothing was sent."
        ) : (
          <ActionStatus name={detail.actionStatus} />
        )}
      </p>
      <p>
        <a href="/review">To what waits for you</a>
      </p>
    </section>
  );
}

function ActionStatus({ name }: { readonly name: string }) {
  return (
    <>
      {ACTION_WORDS.get(name) ?? "Its action is now:"} <code>{name}</code>
    </>
  );
}
