/** A labelled value of the action or its context, in a description list. */
import type { Child } from "hono/jsx";
import type { Json } from "../../core/json.ts";
import { nameIn, type Places } from "./places.ts";
import { Text } from "./text.tsx";
import { Tree } from "./tree-view.tsx";

interface FieldProps {
  readonly label: string;
  readonly value: Json | undefined;
  readonly pointer: string;
  readonly places: Places;
}

/** Left out where the member is absent: it was not said. */
export function Field({ label, value, pointer, places }: FieldProps) {
  if (value === undefined) return null;
  return (
    <Row label={<Label text={label} pointer={pointer} places={places} />}>
      <Tree value={value} pointer={pointer} places={places} />
    </Row>
  );
}

/** Our word for a member, with the member's own name where a finding points to that. */
export function Label({ text, pointer, places }: { text: string; pointer: string; places: Places }) {
  if (places.atName(pointer).length === 0) return <>{text}</>;
  return (
    <>
      {text} (<Text value={nameIn(pointer)} pointer={pointer} places={places} name line />)
    </>
  );
}

export function Row({ label, children }: { readonly label: Child; readonly children?: Child }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
