/** The log's health: how large it is, how far it is signed and witnessed, and what should worry an auditor. */
import { type Note, parseNote } from "../../core/ledger/tree/note.ts";
import { Moment } from "../reviewer/facts.tsx";
import { Row } from "../reviewer/field.tsx";
import { relative } from "../reviewer/moment.ts";
import { Page } from "../reviewer/page.tsx";
import type { Session } from "../reviewer/ports.ts";
import { Text } from "../reviewer/text.tsx";
import type { LogHealth } from "./ports.ts";
import { AUDIT } from "./site.ts";
import { tone } from "./words.ts";

interface LogProps {
  readonly session: Session;
  readonly health: LogHealth;
  readonly nowMs: number;
}

export function LogPage({ session, health, nowMs }: LogProps) {
  const { status, unsent, alerts } = health;
  const { checkpoint, fork } = status;
  return (
    <Page title="Log" session={session} site={AUDIT} current="log">
      <h1>The log</h1>
      {fork !== null && (
        <p class="alert" role="alert">
          <strong>The signer refuses this log.</strong> It signed another history of it, of {fork.signed.size}{" "}
          entries with root <code>{fork.signed.root}</code>; what there is leads to{" "}
          <code>{fork.found.root}</code>. Nothing is signed until an operator opens a new epoch that names the
          old head.
        </p>
      )}
      <section class="paper log-facts" aria-labelledby="tree">
        <h2 id="tree">Entries and checkpoint</h2>
        <dl class="facts">
          <Row label="Log">
            <code>
              <Text value={status.log} line />
            </code>
          </Row>
          <Row label="Entries">{status.size}</Row>
          <Row label="Epoch">{status.epoch}</Row>
          {checkpoint === null ? (
            <Row label="Checkpoint">none was signed yet</Row>
          ) : (
            <>
              <Row label="Checkpoint">
                {checkpoint.size} entries, <Moment ms={checkpoint.atMs} nowMs={nowMs} />
              </Row>
              <Row label="Not yet signed">{status.size - checkpoint.size} entries</Row>
              <Row label="Root">
                <code>{checkpoint.root}</code>
              </Row>
              <Witnesses note={parseNote(checkpoint.note)} nowMs={nowMs} />
            </>
          )}
          <Row label="Key rotations">{status.rotations.length}</Row>
        </dl>
        {checkpoint !== null && (
          <details>
            <summary>The checkpoint itself, to keep</summary>
            <pre class="source command">
              <code>
                <Text value={checkpoint.note} />
              </code>
            </pre>
          </details>
        )}
        <p class="quiet">
          Keep checkpoints away from this gateway: whoever has an old one finds out where a later log departs
          from it. What a signature here is worth only a key that you trust can tell.
        </p>
      </section>
      <section class="paper log-facts" aria-labelledby="unsent">
        <h2 id="unsent">Waiting to be sent</h2>
        {unsent.oldest === null ? (
          <p class="quiet">Nothing waits.</p>
        ) : (
          <dl class="facts">
            <Row label="Deliveries">{unsent.count}</Row>
            <Row label="The oldest">
              decided {relative(unsent.oldest.sinceMs, nowMs)}, to <Text value={unsent.oldest.target} line />,{" "}
              {unsent.oldest.attempts} attempts so far
            </Row>
            <Row label="Of">
              <Subject id={unsent.oldest.subject} />
            </Row>
          </dl>
        )}
      </section>
      <Alerts alerts={alerts} nowMs={nowMs} />
    </Page>
  );
}

const Subject = ({ id }: { readonly id: string }) =>
  id.startsWith("act_") ? (
    <a href={`/audit/${id}`}>
      <code>{id}</code>
    </a>
  ) : (
    <code>{id}</code>
  );

/** Bytes of a cosignature: a time, and an Ed25519 signature (https://c2sp.org/tlog-cosignature). */
const COSIGNATURE_BYTES = 72;

function Witnesses({ note, nowMs }: { readonly note: Note | null; readonly nowMs: number }) {
  const cosigned = (note?.signatures ?? []).filter(({ bytes }) => bytes.length === COSIGNATURE_BYTES);
  if (cosigned.length === 0) return <Row label="Witnesses">none cosigned it</Row>;
  return (
    <>
      {cosigned.map(({ name, bytes }) => (
        <Row label="Witness">
          <Text value={name} line />, <Moment ms={cosignedAtMs(bytes)} nowMs={nowMs} />
        </Row>
      ))}
    </>
  );
}

/** A time that no calendar has is shown as the last that one has. */
function cosignedAtMs(bytes: Uint8Array): number {
  const seconds = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0);
  return Math.min(Number(seconds) * 1000, DATE_MAX_MS);
}
/** ECMA-262, section 21.4.1.1. */
const DATE_MAX_MS = 8.64e15;

function Alerts({ alerts, nowMs }: { readonly alerts: LogHealth["alerts"]; readonly nowMs: number }) {
  return (
    <section aria-labelledby="alerts" class="paper log-facts">
      <h2 id="alerts">Alerts</h2>
      {alerts.length === 0 && <p class="quiet">None was raised.</p>}
      <ul class="alerts">
        {alerts.map(({ id, kind, actionId, rules, createdAtMs, entryIndex }) => (
          <li>
            <span class={`badge ${tone(kind)}`}>{kind.replaceAll("_", " ")}</span>{" "}
            <Moment ms={createdAtMs} nowMs={nowMs} />, entry {entryIndex}
            {actionId !== null && (
              <>
                {", of "}
                <Subject id={actionId} />
              </>
            )}
            {rules.map((rule) => (
              <>
                {" "}
                <code class="rule">{rule}</code>
              </>
            ))}
            <span class="quiet">
              {" "}
              <code>{id}</code>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
