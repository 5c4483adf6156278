/** The entries that tell of an action, one after another, in words; each with its place in the log. */
import type { Child } from "hono/jsx";
import type { Json, JsonObject } from "../../core/json.ts";
import type { Entry, EntryType, PolicyRan, RuleFired } from "../../core/ledger/entry.ts";
import type { Finding } from "../../core/policy/decision.ts";
import type { ActionStory, StoryEntry } from "../../durable-objects/rpc-evidence.ts";
import { Moment } from "../reviewer/facts.tsx";
import { Row } from "../reviewer/field.tsx";
import { SeverityBadge } from "../reviewer/severity.tsx";
import { Text } from "../reviewer/text.tsx";
import { decisionWord, tone } from "./words.ts";

type Names = ActionStory["names"];

interface Told {
  readonly entry: Entry;
  readonly told: StoryEntry;
  readonly names: Names;
  /** The first decision is that of the submission. */
  readonly first: boolean;
}

export function Timeline({ story, nowMs }: { readonly story: ActionStory; readonly nowMs: number }) {
  const { entries, names, truncated } = story;
  return (
    <section aria-labelledby="story">
      <h2 id="story">What happened</h2>
      <ol class="timeline">
        {entries.map((told, at) => {
          const entry = JSON.parse(told.entry.text) as Entry;
          return (
            <li id={`entry-${entry.index}`}>
              <p class="when">
                <Moment ms={Date.parse(entry.time)} nowMs={nowMs} />{" "}
                <span class="entry-number">entry {entry.index}</span>
              </p>
              <TimelineItem entry={entry} told={told} names={names} first={at === 0} />
            </li>
          );
        })}
      </ol>
      {truncated && <p class="quiet">There are more entries than these; an export has them all.</p>}
    </section>
  );
}

/** A type that is not listed, of a later release, is shown as it stands. */
const ITEMS: Readonly<Partial<Record<EntryType, (told: Told) => Child>>> = {
  decision: DecisionItem,
  evaluation: EvaluationItem,
  approval: ApprovalItem,
  deferral: DeferralItem,
  delivery: DeliveryItem,
  alert: AlertItem,
  "action.cancelled": (told) => (
    <h3>
      Cancelled by <Who id={told.entry.actor.id} names={told.names} />
    </h3>
  ),
  "action.outcome": OutcomeItem,
  "payload.erased": ErasedItem,
};

function TimelineItem(told: Told) {
  return <>{(ITEMS[told.entry.type] ?? UnknownItem)(told)}</>;
}

/** Whoever stands behind an opaque id; where that was forgotten, the id. */
function Who({ id, names }: { readonly id: Json | undefined; readonly names: Names }) {
  if (typeof id !== "string") return <em class="placeholder">nobody</em>;
  const name = Object.hasOwn(names, id) ? names[id] : undefined;
  return name === undefined ? <code>{id}</code> : <Text value={name} line />;
}

const textOf = (json: Json | undefined): string =>
  typeof json === "string" ? json : JSON.stringify(json ?? null);

function Word({ word, shown = word }: { readonly word: string; readonly shown?: string }) {
  return <span class={`badge ${tone(word)}`}>{shown}</span>;
}

// --- judgements -----------------------------------------------------------------

function DecisionItem({ entry: { body, actor }, told, names, first }: Told) {
  const decision = textOf(body.decision);
  return (
    <>
      <h3>
        {first ? "Submitted and judged: " : "Judged again: "}
        <Word word={decision} shown={decisionWord(decision)} />
      </h3>
      <dl class="facts">
        {first ? (
          <>
            <Row label="With the key of">
              <Who id={actor.id} names={names} />
            </Row>
            <Claimed label="Agent" id={body.agent} names={names} />
            <Claimed label="On behalf of" id={body.user} names={names} />
            <Claimed label="Folder" id={body.folder} names={names} />
          </>
        ) : (
          <Row label="After">
            {body.approval === null ? "facts were supplied, by " : "an approval, by "}
            <Who id={actor.id} names={names} />
          </Row>
        )}
        <Judged body={body} />
      </dl>
      <Rules body={body} findings={told.record?.findings ?? null} />
      <Policies policies={listOf<PolicyRan>(body.policies)} />
    </>
  );
}

function Claimed({ label, id, names }: { label: string; id: Json | undefined; names: Names }) {
  if (id === null || id === undefined) return null;
  return (
    <Row label={label}>
      <Who id={id} names={names} />
    </Row>
  );
}

/** Under what it was judged. */
function Judged({ body }: { readonly body: JsonObject }) {
  const target = body.target as { readonly name: string; readonly revision: number } | null | undefined;
  return (
    <>
      {target && (
        <Row label="Target">
          <Text value={target.name} line />, revision {target.revision}
        </Row>
      )}
      {body.mode === "observe" && <Row label="Mode">observed only: it would have passed in any case</Row>}
      {typeof body.would_decide === "string" && (
        <Row label="Enforced, it would be">{decisionWord(body.would_decide)}</Row>
      )}
      {body.provisional === true && <Row label="Provisional">it passed before every policy had answered</Row>}
      {listOf<string>(body.bundles).map((bundle) => (
        <Row label="Policy bundle">
          <code>{bundle}</code>
        </Row>
      ))}
      {typeof body.engine === "string" && (
        <Row label="Engine">
          <code>{body.engine}</code>
        </Row>
      )}
    </>
  );
}

function EvaluationItem({ entry: { body }, told }: Told) {
  const decision = body.decision === null ? null : textOf(body.decision);
  return (
    <>
      <h3>
        {"Evaluated in full, later: "}
        {decision === null ? (
          <Word word="unknown" shown="given up" />
        ) : (
          <Word word={decision} shown={decisionWord(decision)} />
        )}
      </h3>
      <p>
        {body.confirmed === true
          ? "It confirms what was let pass."
          : "It does not confirm what was let pass: that should not have gone."}
      </p>
      <dl class="facts">
        <Judged body={body} />
      </dl>
      <Rules body={body} findings={told.record?.findings ?? null} />
      <Policies policies={listOf<PolicyRan>(body.policies)} />
    </>
  );
}

/** With the policies' own words where they are still kept; the rules themselves stand in the log. */
function Rules({
  body,
  findings,
}: {
  readonly body: JsonObject;
  readonly findings: readonly Finding[] | null;
}) {
  const rules = listOf<RuleFired>(body.rules);
  if (rules.length === 0) return <p class="quiet">No rule fired.</p>;
  return (
    <ul class="fired">
      {rules.map(({ policy, rule, severity, observed, settled, count }) => {
        const said = findings?.find((finding) => finding.policy === policy && finding.rule === rule);
        return (
          <li>
            <SeverityBadge severity={severity} observed={observed} settled={settled} />{" "}
            <code class="rule">{rule}</code>{" "}
            <span class="quiet">
              policy <Text value={policy} line />
              {count > 1 && `, ${count} times`}
            </span>
            {said && (
              <p class="reason">
                <Text value={said.reason} />
              </p>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function Policies({ policies }: { readonly policies: readonly PolicyRan[] }) {
  if (policies.length === 0) return null;
  return (
    <details>
      <summary>
        {policies.length} {policies.length === 1 ? "policy" : "policies"} ran
      </summary>
      <ul class="ran">
        {policies.map(({ name, policy_id, fuel, fuel_limit, error, pass }) => (
          <li>
            <strong>
              <Text value={name} line />
            </strong>
            {pass === 2 && ", on the action as changed"}
            {error !== null && (
              <>
                {": "}
                <code class="rule">{error}</code>
              </>
            )}
            <span class="quiet">
              {" "}
              fuel {fuel} of {fuel_limit}
            </span>
            <br />
            <code>{policy_id}</code>
          </li>
        ))}
      </ul>
    </details>
  );
}

const listOf = <T,>(json: Json | undefined): readonly T[] => (Array.isArray(json) ? (json as T[]) : []);

// --- people, deliveries, the rest -------------------------------------------------

function ApprovalItem({ entry: { body, actor }, told, names }: Told) {
  const decision = textOf(body.decision);
  return (
    <>
      <h3>
        <Word word={decision} />
        {actor.kind === "person" && (
          <>
            {" by "}
            <Who id={actor.id} names={names} />
          </>
        )}
      </h3>
      {actor.kind === "person" && <Said text={told.text} none="The reason was erased." />}
    </>
  );
}

function Said({ text, none }: { readonly text: string | null; readonly none: string }) {
  if (text === null) return <p class="quiet">{none}</p>;
  return (
    <blockquote>
      <Text value={text} />
    </blockquote>
  );
}

function DeferralItem({ entry: { body, actor }, told, names }: Told) {
  const outcome = textOf(body.outcome);
  if (outcome !== "supplied") return <h3>{`Waiting for facts: ${outcome}`}</h3>;
  return (
    <>
      <h3>
        {"Facts supplied by "}
        <Who id={actor.id} names={names} />
      </h3>
      <Said text={told.text} none="The facts were erased." />
    </>
  );
}

function DeliveryItem({ entry: { body } }: Told) {
  const result = textOf(body.result);
  const target = body.target as { readonly name?: string } | null;
  return (
    <h3>
      {`Attempt ${textOf(body.attempt)} to send: `}
      <Word word={result} />
      <span class="quiet">
        {typeof body.http_status === "number" && ` HTTP ${body.http_status}`}
        {typeof target?.name === "string" && (
          <>
            {" at "}
            <Text value={target.name} line />
          </>
        )}
      </span>
    </h3>
  );
}

function AlertItem({ entry: { body, subject } }: Told) {
  const kind = textOf(body.kind);
  return (
    <>
      <h3>
        {"Alert: "}
        <Word word={kind} shown={kind.replaceAll("_", " ")} />
      </h3>
      <p class="quiet">
        <code>{subject}</code>
        {typeof body.rollback === "string" && (
          <>
            {". It is undone by "}
            <a href={`/audit/${body.rollback}`}>{body.rollback}</a>
          </>
        )}
      </p>
    </>
  );
}

function OutcomeItem({ entry: { body, actor }, told, names }: Told) {
  const outcome = textOf(body.outcome);
  return (
    <>
      <h3>
        {"Outcome reported: "}
        <Word word={outcome} />
        {" by "}
        <Who id={actor.id} names={names} />
      </h3>
      {told.text !== null && <Said text={told.text} none="" />}
    </>
  );
}

function ErasedItem({ entry: { body, actor }, told, names }: Told) {
  return (
    <>
      <h3>
        {body.cause === "retention" ? "Erased, by a rule of retention" : "Erased, on request, by "}
        {body.cause !== "retention" && <Who id={actor.id} names={names} />}
      </h3>
      {told.text !== null && <Said text={told.text} none="" />}
    </>
  );
}

function UnknownItem({ entry: { type, body, actor }, names }: Told) {
  return (
    <>
      <h3>
        <code>{type}</code>
        {" by "}
        <Who id={actor.id} names={names} />
      </h3>
      <div class="source">
        <Text value={JSON.stringify(body, null, 2)} />
      </div>
    </>
  );
}
