/** The text that a finding points into. */
import type { Json, JsonObject } from "../../core/json.ts";
import { valueAt } from "../../core/json-pointer.ts";
import type { Part } from "../../core/policy/verdict.ts";

/** Null where there is none, or it is no text. */
export function textAt(document: JsonObject, part: Part, pointer: string, key: boolean): string | null {
  if (key) return memberName(pointer);
  const value =
    part === "message"
      ? messageText(document, pointer)
      : valueAt(document, part === "payload" ? `/action/payload${pointer}` : `/${part}${pointer}`);
  return typeof value === "string" ? value : null;
}

function messageText(document: JsonObject, pointer: string): Json | undefined {
  const strings = valueAt(document, "/message/strings") as readonly JsonObject[] | undefined;
  return strings?.find((string) => string.pointer === pointer)?.text;
}

const memberName = (pointer: string): string =>
  pointer
    .slice(pointer.lastIndexOf("/") + 1)
    .replaceAll("~1", "/")
    .replaceAll("~0", "~");
