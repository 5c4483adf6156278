/** One held action: what would happen, why it waits, who asks; and the decision. */
import type { ApprovalDetail } from "../../core/approval.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { isOwnAction } from "../../core/identity.ts";
import type { Json } from "../../core/json.ts";
import { DecisionBar, OwnAction, type Refusal } from "./decision-bar.tsx";
import { EmailView, isEmail } from "./email-view.tsx";
import { PayloadHeading, Record, Who, Why } from "./facts.tsx";
import { Findings } from "./findings.tsx";
import { Byline } from "./list-page.tsx";
import { relative, utc } from "./moment.ts";
import { Outcome, STATUS_WORDS, statusAt } from "./outcome.tsx";
import { Page } from "./page.tsx";
import { Places } from "./places.ts";
import type { Session } from "./ports.ts";
import { Text } from "./text.tsx";
import { Members } from "./tree-view.tsx";
import { writtenOut } from "./visible-text.ts";

interface DetailProps {
  readonly session: Session;
  readonly detail: ApprovalDetail;
  readonly nowMs: number;
  readonly refusal?: Refusal | null;
}

export function DetailPage({ session, detail, nowMs, refusal = null }: DetailProps) {
  const places = new Places(detail);
  const status = statusAt(detail, nowMs);
  const pending = status === "pending";
  return (
    <Page title={`${STATUS_WORDS[status]}: ${writtenOut(detail.tool ?? detail.surface)}`} session={session}>
      <div class="heading">
        <p class="eyebrow">
          <span class={`badge status-${status}`}>{STATUS_WORDS[status]}</span>
          {pending && (
            <time datetime={new Date(detail.expiresAtMs).toISOString()} title={utc(detail.expiresAtMs)}>
              expires {relative(detail.expiresAtMs, nowMs)}
            </time>
          )}
        </p>
        <h1>
          <Text value={detail.title} line address />
        </h1>
        <p class="byline">
          <Byline item={detail} />
        </p>
      </div>
      {refusal !== null && !(refusal.aboutReason && pending) && (
        <p class="alert" role="alert">
          <Text value={refusal.message} />
        </p>
      )}
      <Outcome detail={detail} nowMs={nowMs} />
      {pending && isOwnAction(session.person, detail) && <OwnAction detail={detail} session={session} />}
      <div class="columns">
        <Findings places={places} pending={pending} />
        <div class="content">
          <Payload detail={detail} places={places} />
          <Why detail={detail} places={places} />
        </div>
        <Who detail={detail} places={places} />
        <div class="record">
          <Record detail={detail} places={places} nowMs={nowMs} />
          <Raw detail={detail} />
        </div>
      </div>
      {pending && <DecisionBar detail={detail} session={session} refusal={refusal} />}
    </Page>
  );
}

function Payload({
  detail: { action, changed, transport },
  places,
}: {
  readonly detail: ApprovalDetail;
  readonly places: Places;
}) {
  const payload = changed?.payload ?? action.payload;
  const email = isEmail(transport, payload);
  return (
    <section aria-labelledby="payload">
      <PayloadHeading places={places} text={email ? "The e-mail" : "What would be sent"} />
      {changed !== null && (
        <p class="note">
          The gateway changed it as the policies asked: this is what goes, and what an approval is bound to.
          What was submitted stands below, as canonical JSON.
        </p>
      )}
      {email ? (
        <EmailView payload={payload} places={places} />
      ) : (
        <div class="paper">
          <Members value={payload} pointer="/action/payload" places={places} />
        </div>
      )}
    </section>
  );
}

/** The text that the action digest covers, but for the target's revision, which the gate adds. */
function Raw({ detail }: { readonly detail: ApprovalDetail }) {
  const json = canonicalJson({ action: detail.action, context: detail.context } as unknown as Json);
  return (
    <details class="raw">
      <summary>
        Everything{detail.changed !== null && ", as submitted,"} as canonical JSON ({json.length} characters)
      </summary>
      <div class="source">
        <Text value={json} again />
      </div>
    </details>
  );
}
