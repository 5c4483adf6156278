/** One action's whole story: who asked for what, what judged it, who let it pass, when it went, and the proof of it. */
import type { JsonObject } from "../../core/json.ts";
import type { ActionStory, StoryDelivery } from "../../durable-objects/rpc-evidence.ts";
import { Moment } from "../reviewer/facts.tsx";
import { Row } from "../reviewer/field.tsx";
import { Page } from "../reviewer/page.tsx";
import type { Session } from "../reviewer/ports.ts";
import { Text } from "../reviewer/text.tsx";
import type { Found } from "./ports.ts";
import { Proof } from "./proof.tsx";
import { AUDIT } from "./site.ts";
import { Timeline } from "./timeline.tsx";
import { tone } from "./words.ts";

interface ActionProps {
  readonly session: Session;
  readonly story: ActionStory;
  readonly receipt: Found<string>;
  readonly nowMs: number;
}

export function ActionPage({ session, story, receipt, nowMs }: ActionProps) {
  const { state, surface, agent, user } = story;
  return (
    <Page title={`Action ${state.id}`} session={session} site={AUDIT}>
      <div class="heading">
        <p class="eyebrow">
          <span class={`badge ${tone(state.status)}`}>{state.status}</span>
          <code>{state.id}</code>
        </p>
        <h1>
          <Text value={agent ?? state.owner} line />
          {user !== null && (
            <>
              {" for "}
              <Text value={user} line />
            </>
          )}
          {": "}
          <Text value={surface} line />
        </h1>
        <p class="byline">
          Submitted <Moment ms={state.createdAtMs} nowMs={nowMs} />
        </p>
      </div>
      <div class="columns">
        <div class="content">
          <Asked story={story} />
          <Timeline story={story} nowMs={nowMs} />
        </div>
        <Proof id={state.id} log={state.entry} receipt={receipt} />
        {story.deliveries.length > 0 && (
          <div class="record">
            <Deliveries deliveries={story.deliveries} nowMs={nowMs} />
          </div>
        )}
      </div>
    </Page>
  );
}

const WHY = [
  ["tool", "Tool"],
  ["target", "Target"],
  ["intent", "Intent"],
  ["reason", "Reason given"],
  ["impact", "Impact"],
] as const;

function Asked({ story: { input } }: { readonly story: ActionStory }) {
  if (input === null) {
    return (
      <section aria-labelledby="asked">
        <h2 id="asked">What was asked for</h2>
        <p class="quiet">
          Erased. The log still commits to it: who kept a copy, and the salt that came with the answer, can
          show that it is the one.
        </p>
      </section>
    );
  }
  const { action = {}, context = {} } = JSON.parse(input) as {
    readonly action?: JsonObject;
    readonly context?: JsonObject;
  };
  return (
    <section aria-labelledby="asked">
      <h2 id="asked">What was asked for</h2>
      <dl class="facts wide">
        {WHY.map(([name, label]) =>
          typeof action[name] === "string" ? (
            <Row label={label}>
              <Text value={action[name]} />
            </Row>
          ) : null,
        )}
      </dl>
      <details>
        <summary>Payload and context, as judged</summary>
        <div class="source">
          <Text value={JSON.stringify({ payload: action.payload ?? null, context }, null, 2)} />
        </div>
      </details>
    </section>
  );
}

interface DeliveriesProps {
  readonly deliveries: readonly StoryDelivery[];
  readonly nowMs: number;
}

function Deliveries({ deliveries, nowMs }: DeliveriesProps) {
  return (
    <section aria-labelledby="deliveries">
      <h2 id="deliveries">Delivery</h2>
      {deliveries.map(({ id, target, state, httpStatus, reason, providerId, attempts }) => (
        <dl class="facts columned">
          <Row label="Target">
            <Text value={target} line />
          </Row>
          <Row label="State">
            <span class={`badge ${tone(state)}`}>{state}</span>
          </Row>
          {httpStatus !== null && <Row label="Last answer">HTTP {httpStatus}</Row>}
          {reason !== null && (
            <Row label="Reason">
              <Text value={reason} line />
            </Row>
          )}
          {providerId !== null && (
            <Row label="Provider’s id">
              <code>
                <Text value={providerId} line />
              </code>
            </Row>
          )}
          <Row label="Delivery">
            <code>{id}</code>
          </Row>
          {attempts.map(({ number, startedAtMs, endedAtMs, result }) => (
            <Row label={`Attempt ${number}`}>
              <Moment ms={startedAtMs} nowMs={nowMs} />
              {": "}
              {result ?? "under way, or cut short"}
              {endedAtMs !== null && ` after ${endedAtMs - startedAtMs} ms`}
            </Row>
          ))}
        </dl>
      ))}
    </section>
  );
}
