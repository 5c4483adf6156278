/** A payload that is an e-mail, laid out as one. Every member is shown: what has no place of its own is listed below. */
import type { Json, JsonObject } from "../../core/json.ts";
import { Attachments } from "./attachments.tsx";
import { Label } from "./field.tsx";
import type { Places } from "./places.ts";
import { Text, WholeMarks } from "./text.tsx";
import { Members, Tree } from "./tree-view.tsx";

const PAYLOAD = "/action/payload";
const ADDRESS_FIELDS = [
  ["from", "From"],
  ["to", "To"],
  ["cc", "Cc"],
  ["bcc", "Bcc"],
  ["reply_to", "Reply-To"],
] as const;
const PLACED = [...ADDRESS_FIELDS.map(([name]) => name), "subject", "text", "html", "attachments"];

export function isEmail(transport: string | null, payload: JsonObject): boolean {
  return transport === "resend" || (Object.hasOwn(payload, "to") && Object.hasOwn(payload, "subject"));
}

interface PartProps {
  readonly payload: JsonObject;
  readonly places: Places;
}

export function EmailView({ payload, places }: PartProps) {
  const others = Object.keys(payload).filter((name) => !PLACED.includes(name));
  return (
    <div class="mail">
      <dl class="envelope">
        {ADDRESS_FIELDS.map(([name, label]) => (
          <EnvelopeRow name={name} label={label} payload={payload} places={places} />
        ))}
        <EnvelopeRow name="subject" label="Subject" payload={payload} places={places} />
      </dl>
      <Body name="text" label="Text" payload={payload} places={places} />
      <Body name="html" label="HTML" payload={payload} places={places} />
      {payload.text === undefined && payload.html === undefined && <p class="note">It has no text.</p>}
      {payload.attachments !== undefined && (
        <section>
          <h3>
            <Label text="Attachments" pointer={`${PAYLOAD}/attachments`} places={places} />
          </h3>
          <Attachments value={payload.attachments} pointer={`${PAYLOAD}/attachments`} places={places} />
        </section>
      )}
      {others.length > 0 && (
        <section>
          <h3>Also sent with it</h3>
          <Members value={payload} pointer={PAYLOAD} places={places} without={PLACED} />
        </section>
      )}
    </div>
  );
}

function EnvelopeRow({
  name,
  label,
  payload,
  places,
}: PartProps & { readonly name: string; readonly label: string }) {
  const value = payload[name];
  if (value === undefined) return null;
  const pointer = `${PAYLOAD}/${name}`;
  return (
    <div class={name === "subject" ? "subject" : undefined}>
      <dt>
        <Label text={label} pointer={pointer} places={places} />
      </dt>
      <dd>
        <Lines value={value} pointer={pointer} places={places} address={name !== "subject"} />
      </dd>
    </div>
  );
}

interface LinesProps {
  readonly value: Json;
  readonly pointer: string;
  readonly places: Places;
  readonly address: boolean;
}

/** One line, or a list of them; whatever else a caller put there is shown as it is. */
function Lines({ value, pointer, places, address }: LinesProps) {
  if (typeof value === "string") {
    return <Text value={value} pointer={pointer} places={places} line address={address} />;
  }
  const unnamed =
    Array.isArray(value) && value.every((_, index) => places.atName(`${pointer}/${index}`).length === 0);
  if (!unnamed || !value.every((item) => typeof item === "string") || value.length === 0) {
    return <Tree value={value} pointer={pointer} places={places} />;
  }
  return (
    <>
      <WholeMarks places={places} pointer={pointer} />
      <ul class="addresses">
        {value.map((item, index) => (
          <li>
            <Text value={item} pointer={`${pointer}/${index}`} places={places} line address={address} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** HTML stays source: rendered, it could hide, fetch or imitate anything. */
function Body({
  name,
  label,
  payload,
  places,
}: PartProps & { readonly name: "text" | "html"; readonly label: string }) {
  const value = payload[name];
  if (value === undefined) return null;
  const pointer = `${PAYLOAD}/${name}`;
  return (
    <section>
      <h3>
        <Label text={label} pointer={pointer} places={places} />
      </h3>
      {name === "html" && (
        <p class="note">
          Shown as source, never live. Most mail programs show the recipient this part
          {payload.text !== undefined && ", not the text above"}.
        </p>
      )}
      <div class={`body ${name}`}>
        <Tree value={value} pointer={pointer} places={places} />
      </div>
    </section>
  );
}
