/** The form that decides, always in reach at the bottom. Only a POST of it decides. */
import type { ApprovalDetail } from "../../core/approval.ts";
import { REASON_CHARS_MAX } from "../../core/limits.ts";
import type { Session } from "./ports.ts";
import { Text } from "./text.tsx";

/** An answer to a decision that was not taken: why, and what was typed, so that nobody types twice. */
export interface Refusal {
  readonly message: string;
  readonly typedReason: string;
  readonly aboutReason: boolean;
}

interface DecisionBarProps {
  readonly detail: ApprovalDetail;
  readonly session: Session;
  readonly refusal: Refusal | null;
}

export function DecisionBar({ detail, session, refusal }: DecisionBarProps) {
  const wrong = refusal?.aboutReason === true;
  return (
    <form
      class="decision"
      method="post"
      action={`/review/${encodeURIComponent(detail.id)}`}
      aria-label="Your decision"
    >
      <input type="hidden" name="csrf" value={session.csrfToken} />
      <input type="hidden" name="if_match" value={detail.actionDigest} />
      <div class="reason-field">
        <label for="reason">
          Reason <span class="quiet">(required, kept on record)</span>
        </label>
        {wrong && (
          <p class="alert" id="reason-message" role="alert">
            {refusal.message}
          </p>
        )}
        <textarea
          id="reason"
          name="reason"
          rows={2}
          required
          maxlength={REASON_CHARS_MAX}
          aria-describedby={wrong ? "reason-message" : undefined}
          aria-invalid={wrong ? "true" : undefined}
          autofocus={wrong}
        >
          {refusal?.typedReason ?? ""}
        </textarea>
      </div>
      <div class="buttons">
        <button type="submit" name="decision" value="deny" class="deny">
          Deny
        </button>
        <button type="submit" name="decision" value="approve" class="approve">
          Approve
        </button>
      </div>
    </form>
  );
}

export function OwnAction({ detail, session }: Pick<DecisionBarProps, "detail" | "session">) {
  return (
    <p class="alert">
      This is your own action: the key belongs to <Text value={detail.owner} line />
      {detail.user !== null && (
        <>
          {" and it is asked for on behalf of "}
          <Text value={detail.user} line />
        </>
      )}
      . You are signed in as <Text value={session.person} line />, and nobody approves their own action:
      another reviewer has to decide.
    </p>
  );
}
