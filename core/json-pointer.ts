/** JSON Pointer, RFC 6901. */
import type { Json } from "./json.ts";

export const pointerToken = (name: string): string => name.replaceAll("~", "~0").replaceAll("/", "~1");

/** The value that a pointer names, or undefined where there is none or the pointer is malformed. */
export function valueAt(root: Json, pointer: string): Json | undefined {
  if (pointer === "") return root;
  if (!pointer.startsWith("/")) return undefined;
  let value: Json | undefined = root;
  for (const token of pointer.slice(1).split("/")) {
    if (/~(?![01])/.test(token)) return undefined;
    value = child(value, token.replaceAll("~1", "/").replaceAll("~0", "~"));
    if (value === undefined) return undefined;
  }
  return value;
}

function child(value: Json | undefined, name: string): Json | undefined {
  if (Array.isArray(value)) {
    return /^(?:0|[1-9][0-9]{0,8})$/.test(name) ? (value as readonly Json[])[Number(name)] : undefined;
  }
  if (value !== null && typeof value === "object" && Object.hasOwn(value, name)) {
    return (value as { readonly [name: string]: Json })[name];
  }
  return undefined;
}

export interface PointedString {
  readonly pointer: string;
  readonly text: string;
}

/**
 * Every string value below `root`, in document order, but for those that stand in `twin` at the same place. Depth is bounded
 * by the parser. The two are walked together: a pointer may be as long as the document, and to look each one up took seconds.
 */
export function* stringsOf(root: Json, twin?: Json, pointer = ""): Generator<PointedString> {
  if (typeof root === "string") {
    if (root !== twin) yield { pointer, text: root };
  } else if (Array.isArray(root)) {
    for (const [index, item] of root.entries())
      yield* stringsOf(item, child(twin, String(index)), `${pointer}/${index}`);
  } else if (root !== null && typeof root === "object") {
    for (const [name, item] of Object.entries(root))
      yield* stringsOf(item, child(twin, name), `${pointer}/${pointerToken(name)}`);
  }
}
