/** Any JSON value, in full: members by name, list items by index, each value with its kind where that is not plain. */
import type { Json, JsonObject } from "../../core/json.ts";
import { pointerToken } from "../../core/json-pointer.ts";
import type { Places } from "./places.ts";
import { Text, WholeMarks } from "./text.tsx";

interface NodeProps {
  readonly value: Json;
  readonly pointer: string;
  readonly places: Places;
}

export function Tree({ value, pointer, places }: NodeProps) {
  if (typeof value === "string") return <Text value={value} pointer={pointer} places={places} />;
  if (typeof value === "number") {
    return (
      <span class="literal">
        <Text value={String(value)} pointer={pointer} places={places} />
        <Kind name="number" />
      </span>
    );
  }
  if (value === null || typeof value === "boolean") {
    return (
      <span class="literal">
        {String(value)}
        {value !== null && <Kind name="true or false" />}
        <WholeMarks places={places} pointer={pointer} />
      </span>
    );
  }
  return (
    <>
      <WholeMarks places={places} pointer={pointer} />
      <Members value={value} pointer={pointer} places={places} />
    </>
  );
}

const Kind = ({ name }: { readonly name: string }) => <span class="kind">{name}</span>;

/** `without`: members that are shown elsewhere. */
export function Members({
  value,
  pointer,
  places,
  without = [],
}: NodeProps & { readonly value: JsonObject | readonly Json[]; readonly without?: readonly string[] }) {
  const list = Array.isArray(value);
  const members = Object.entries(value).filter(([name]) => !without.includes(name));
  if (members.length === 0) return <em class="placeholder">{list ? "(empty list)" : "(no members)"}</em>;
  return (
    <dl class={list ? "tree list" : "tree"}>
      {members.map(([name, item]) => {
        const place = `${pointer}/${pointerToken(name)}`;
        return (
          <div>
            <dt>
              <Text value={name} pointer={place} places={places} name line />
            </dt>
            <dd>
              <Tree value={item} pointer={place} places={places} />
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
