/** What waits for a decision, and what was decided. */
import type { ApprovalSummary } from "../../core/approval.ts";
import { relative, utc } from "./moment.ts";
import { STATUS_WORDS } from "./outcome.tsx";
import { Page } from "./page.tsx";
import type { Session } from "./ports.ts";
import { Text } from "./text.tsx";

interface ListProps {
  readonly session: Session;
  readonly items: readonly ApprovalSummary[];
  readonly nowMs: number;
}

/** Below this, the time left is said as urgent. */
const SOON_MS = 60 * 60 * 1000;

/** An item whose time is up can no longer be decided, so it no longer waits, whatever the ledger has yet recorded. */
export function WaitingPage({ session, items, nowMs }: ListProps) {
  const waiting = items.filter((item) => item.status === "pending" && item.expiresAtMs > nowMs);
  return (
    <Page title={`(${waiting.length}) Waiting for you`} session={session} current="waiting">
      <h1>
        Waiting for you <span class="count">{waiting.length}</span>
      </h1>
      {waiting.length === 0 ? (
        <div class="empty">
          <p class="lead">Nothing waits for you.</p>
          <p class="quiet">
            When a policy holds an action, it appears here. What was decided is in the{" "}
            <a href="/review/history">history</a>.
          </p>
        </div>
      ) : (
        <ol class="cards">
          {waiting.map((item) => (
            <Card item={item}>
              <p class={item.expiresAtMs - nowMs < SOON_MS ? "time soon" : "time"}>
                <time datetime={new Date(item.expiresAtMs).toISOString()} title={utc(item.expiresAtMs)}>
                  {item.expiresAtMs - nowMs < SOON_MS ? "Expires soon: " : "Expires "}
                  {relative(item.expiresAtMs, nowMs)}
                </time>
              </p>
            </Card>
          ))}
        </ol>
      )}
    </Page>
  );
}

export function HistoryPage({ session, items, nowMs }: ListProps) {
  return (
    <Page title="History" session={session} current="history">
      <h1>History</h1>
      {items.length === 0 ? (
        <div class="empty">
          <p class="lead">Nothing was decided yet.</p>
        </div>
      ) : (
        <ol class="cards">
          {items.map((item) => (
            <Card item={item}>
              <p class="time">
                <span class={`badge status-${item.status}`}>{STATUS_WORDS[item.status]}</span>{" "}
                {item.decidedAtMs !== null && (
                  <time datetime={new Date(item.decidedAtMs).toISOString()} title={utc(item.decidedAtMs)}>
                    {relative(item.decidedAtMs, nowMs)}
                  </time>
                )}
                {item.decidedBy !== null && (
                  <>
                    {" by "}
                    <Text value={item.decidedBy} line />
                  </>
                )}
              </p>
            </Card>
          ))}
        </ol>
      )}
    </Page>
  );
}

/** The title is never shortened: what stands behind a cut could be what matters. */
function Card({ item, children }: { readonly item: ApprovalSummary; readonly children: unknown }) {
  return (
    <li class="card">
      <h2>
        {item.title === null ? (
          "Its content was erased"
        ) : (
          <a href={`/review/${encodeURIComponent(item.id)}`}>
            <Text value={item.title} line address />
          </a>
        )}
      </h2>
      <p class="byline">
        <Byline item={item} />
      </p>
      {children}
      {item.rules.length > 0 && (
        <ul class="rules" aria-label="Rules">
          {item.rules.map((rule) => (
            <li>
              <code class="rule">{rule}</code>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

/** Who asks for what, in one line. */
export function Byline({ item }: { readonly item: ApprovalSummary }) {
  return (
    <>
      {item.agent === null ? "A key of " : ""}
      <strong>
        <Text value={item.agent ?? item.owner} line />
      </strong>
      {item.user !== null && (
        <>
          {" for "}
          <strong>
            <Text value={item.user} line />
          </strong>
        </>
      )}
      <span class="route">
        <Text value={item.tool ?? item.surface} line />
        {item.target !== null && (
          <>
            {" → "}
            <Text value={item.target} line />
          </>
        )}
      </span>
    </>
  );
}
