/** Who asks and why, and what is on record: everything of action and context that the payload's view does not show. */
import type { ApprovalDetail } from "../../core/approval.ts";
import type { Json } from "../../core/json.ts";
import { Field, Label, Row } from "./field.tsx";
import { relative, utc } from "./moment.ts";
import type { Places } from "./places.ts";
import { Text, WholeMarks } from "./text.tsx";

interface FactsProps {
  readonly detail: ApprovalDetail;
  readonly places: Places;
}

/** In the order in which a reviewer asks. */
const WHY = [
  ["intent", "Intent"],
  ["reason", "Reason given"],
  ["impact", "Impact"],
] as const;

export function Why({ detail: { action, context, supplied }, places }: FactsProps) {
  const known = Object.keys(supplied.facts).length === 0 ? undefined : supplied.facts;
  const said = [action.intent, action.reason, action.impact, context.request].some(
    (text) => text !== undefined,
  );
  return (
    <section aria-labelledby="why">
      <h2 id="why">What it says about itself</h2>
      {!said && <p class="quiet">Neither intent nor reason was given.</p>}
      <dl class="facts wide">
        <Field
          label="The person's request"
          value={context.request}
          pointer="/context/request"
          places={places}
        />
        {WHY.map(([name, label]) => (
          <Field label={label} value={action[name]} pointer={`/action/${name}`} places={places} />
        ))}
        <Field label="Resource" value={action.resource as Json} pointer="/action/resource" places={places} />
        <Field
          label="How it would be undone"
          value={action.compensation as Json}
          pointer="/action/compensation"
          places={places}
        />
        <Field
          label="Facts submitted with it"
          value={context.facts}
          pointer="/context/facts"
          places={places}
        />
        <Field label="Facts supplied by others" value={known} pointer="/facts" places={places} />
      </dl>
    </section>
  );
}

export function Who({ detail, places }: FactsProps) {
  const { context } = detail;
  return (
    <section class="who" aria-labelledby="who">
      <h2 id="who">Who asks</h2>
      <WholeMarks places={places} pointer="/context" />
      <dl class="facts">
        <Row label="Agent">
          <Known text={detail.agent} />
        </Row>
        <Row label="On behalf of">
          <Known text={detail.user} />
        </Row>
        <Row label="Roles">
          <Known text={detail.roles.length > 0 ? detail.roles.join(", ") : null} />
        </Row>
        <Row label="Owner of the key">
          <Known text={detail.owner} />
        </Row>
        <Field label="Folder" value={context.folder} pointer="/context/folder" places={places} />
        <Field label="Session" value={context.session} pointer="/context/session" places={places} />
        <Field label="Labels" value={context.labels as Json} pointer="/context/labels" places={places} />
        <Field label="Agent, as submitted" value={context.agent} pointer="/context/agent" places={places} />
        <Field
          label="Person, as submitted"
          value={context.on_behalf_of as Json}
          pointer="/context/on_behalf_of"
          places={places}
        />
      </dl>
    </section>
  );
}

function Known({ text }: { readonly text: string | null }) {
  return text === null ? <em class="placeholder">not known</em> : <Text value={text} line />;
}

export function Record({ detail, places, nowMs }: FactsProps & { readonly nowMs: number }) {
  const { action, transport } = detail;
  return (
    <section aria-labelledby="record">
      <h2 id="record">On record</h2>
      <WholeMarks places={places} pointer="/action" />
      <dl class="facts columned">
        <Field label="Surface" value={action.surface} pointer="/action/surface" places={places} />
        <Field label="Tool" value={action.tool} pointer="/action/tool" places={places} />
        <Field label="Target" value={action.target} pointer="/action/target" places={places} />
        {transport !== null && (
          <Row label="Sent by">
            <Text value={transport} line />
          </Row>
        )}
        <Row label="Created">
          <Moment ms={detail.createdAtMs} nowMs={nowMs} />
        </Row>
        <Row label={detail.expiresAtMs > nowMs ? "Expires" : "Expired"}>
          <Moment ms={detail.expiresAtMs} nowMs={nowMs} />
        </Row>
        <Row label="Ledger entry">{detail.ledgerIndex}</Row>
        <Row label="Approval">
          <code>{detail.id}</code>
        </Row>
        <Row label="Action">
          <code>{detail.actionId}</code>
        </Row>
        <Row label="Action digest">
          <code>{detail.actionDigest}</code>
        </Row>
        {detail.changed !== null && (
          <Row label="Digest as it goes">
            <code>{detail.changed.actionDigest}</code>
          </Row>
        )}
        {detail.bundles.map((bundle) => (
          <Row label="Policy bundle">
            <code>{bundle}</code>
          </Row>
        ))}
      </dl>
    </section>
  );
}

export function Moment({ ms, nowMs }: { readonly ms: number; readonly nowMs: number }) {
  return (
    <time datetime={new Date(ms).toISOString()}>
      {utc(ms)} <span class="relative">({relative(ms, nowMs)})</span>
    </time>
  );
}

/** The payload's own heading carries what points to the payload as a whole. */
export function PayloadHeading({ places, text }: { readonly places: Places; readonly text: string }) {
  return (
    <>
      <h2 id="payload">
        <Label text={text} pointer="/action/payload" places={places} />
      </h2>
      <WholeMarks places={places} pointer="/action/payload" />
    </>
  );
}
