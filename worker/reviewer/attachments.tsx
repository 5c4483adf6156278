/** Attachments by name and size; all that was submitted of each, its content too, is one toggle away. */
import type { Json, JsonObject } from "../../core/json.ts";
import { Label } from "./field.tsx";
import type { Places } from "./places.ts";
import { Text, WholeMarks } from "./text.tsx";
import { Tree } from "./tree-view.tsx";

interface AttachmentsProps {
  readonly value: Json;
  readonly pointer: string;
  readonly places: Places;
}

export function Attachments({ value, pointer, places }: AttachmentsProps) {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isObject)) {
    return <Tree value={value} pointer={pointer} places={places} />;
  }
  return (
    <>
      <WholeMarks places={places} pointer={pointer} />
      <ul class="attachments">
        {value.map((item, index) => {
          const place = `${pointer}/${index}`;
          return (
            <li>
              <p>
                <strong>
                  {typeof item.filename === "string" ? (
                    <Text value={item.filename} line />
                  ) : (
                    `Attachment ${index + 1}`
                  )}
                </strong>{" "}
                <span class="quiet">{sizeOf(item.content)}</span>
              </p>
              <details open={places.within(place)}>
                <summary>
                  Everything in attachment <Label text={String(index + 1)} pointer={place} places={places} />
                </summary>
                <Tree value={item} pointer={place} places={places} />
              </details>
            </li>
          );
        })}
      </ul>
    </>
  );
}

const isObject = (item: Json): item is JsonObject =>
  typeof item === "object" && item !== null && !Array.isArray(item);

/** The length that base64 says it has; the content itself is never decoded here. */
function sizeOf(content: Json | undefined): string {
  if (typeof content !== "string") return "without content";
  const padding = /={0,2}$/.exec(content)?.[0].length ?? 0;
  const bytes = Math.max(0, Math.floor((content.length * 3) / 4) - padding);
  return `${grouped(bytes)} bytes (${grouped(content.length)} characters of base64)`;
}

const grouped = (count: number): string => String(count).replace(/\B(?=(?:\d{3})+$)/g, " ");
