/**
 * What an action is asked for: terms that must all hold, `field=value` or `field~pattern` (docs/spec/absence.md). Fields of the
 * entry hold for anyone; those of the content need the evidence, and are believed where they open the entry's commitment.
 */

import { utf8 } from "../encoding.ts";
import { type Json, type JsonObject, parseIJson } from "../json.ts";
import { JSON_DEPTH_MAX } from "../limits.ts";
import type { DecisionEntry } from "../receipt.ts";
import { ok, type Result, refuse } from "../result.ts";

export interface Term {
  readonly text: string;
  readonly field: string;
  readonly isPattern: boolean;
  readonly value: string;
}

/** The policies' input, opened: null where the evidence is not there. */
export type Content = JsonObject | null;

/** Null: it cannot be told without the content. */
type Read = (entry: DecisionEntry, content: Content) => readonly string[] | null;

/** The body of the full evaluation of what had passed before every policy had answered; null where there is none. */
export type Late = JsonObject | null;

const own =
  (name: "surface" | "decision" | "mode" | "engine"): Read =>
  (entry) => [String(entry.body[name])];
const subject =
  (name: "owner" | "agent" | "user" | "folder"): Read =>
  (entry) =>
    entry.body[name] === null || entry.body[name] === undefined ? [] : [String(entry.body[name])];
const inside =
  (...path: readonly string[]): Read =>
  (_, content) => {
    if (content === null) return null;
    let value: Json | undefined = content;
    for (const name of path) value = isObject(value) ? value[name] : undefined;
    return scalars(value);
  };

/** Each field, and what it is of a decision. */
const FIELDS: Readonly<Record<string, Read>> = {
  surface: own("surface"),
  decision: own("decision"),
  mode: own("mode"),
  provisional: ({ body }) => [String(body.provisional ?? false)],
  target: ({ body }) => (body.target === null ? [] : [body.target.name]),
  action: ({ subject: action }) => [action],
  key: ({ actor }) => [actor.id],
  owner_id: subject("owner"),
  agent_id: subject("agent"),
  user_id: subject("user"),
  folder_id: subject("folder"),
  owner: inside("principal", "owner"),
  agent: inside("principal", "agent"),
  user: inside("principal", "user"),
  folder: inside("principal", "folder"),
  tool: inside("action", "tool"),
};

/** Fields of a judgement: an action that passed provisionally has had two. */
const JUDGED: Readonly<Record<string, (body: JsonObject) => readonly string[]>> = {
  rule: ({ rules }) => listed(rules).map(({ rule }) => String(rule)),
  policy: ({ policies }) => listed(policies).map(({ name }) => String(name)),
  bundle: ({ bundles }) => ((bundles ?? []) as readonly Json[]).map(String),
};
const listed = (json: Json | undefined) => (json ?? []) as readonly JsonObject[];
export const FIELD_NAMES = [...Object.keys(FIELDS), ...Object.keys(JUDGED)];
/** `payload/to/0`; a `*` stands for any one name or index. */
const PAYLOAD = "payload/";

export function parseTerm(text: string): Result<Term, string> {
  const [, field, operator, value] = /^([a-z_]+(?:\/[^=~]*)?)([=~])(.*)$/s.exec(text) ?? [];
  if (field === undefined || operator === undefined || value === undefined)
    return refuse(`${text} is no term: write field=value, or field~pattern with * for any characters.`);
  if (!FIELD_NAMES.includes(field) && !field.startsWith(PAYLOAD))
    return refuse(
      `There is no field ${field}: it is one of ${FIELD_NAMES.join(", ")}, or payload/ and a place such as payload/to/*.`,
    );
  return ok({ text, field, isPattern: operator === "~", value });
}

/** Whether it holds; null where that cannot be told without the content, or without the full evaluation. */
export function holds(
  { field, isPattern, value }: Term,
  entry: DecisionEntry,
  content: Content,
  late: Late,
): boolean | null {
  const judged = Object.hasOwn(JUDGED, field) ? JUDGED[field] : undefined;
  const values = judged
    ? [entry.body, late ?? {}].flatMap(judged)
    : field.startsWith(PAYLOAD)
      ? payloadAt(field, content)
      : FIELDS[field]?.(entry, content);
  if (values === null || values === undefined) return null;
  const pattern = isPattern ? patternOf(value) : null;
  const found = values.some((one) => (pattern === null ? one === value : pattern(one.toLowerCase())));
  return found || !judged || !isUnfinished(entry, late) ? found : null;
}

/** What a policy would have found that had not answered is not known. */
export const isUnfinished = ({ body }: DecisionEntry, late: Late): boolean =>
  body.provisional === true && late === null;

/** Without regular expressions: their meaning would have to be written down too. */
function patternOf(value: string): (text: string) => boolean {
  const [first = "", ...rest] = value.toLowerCase().split("*");
  return (text) => {
    if (rest.length === 0) return text === first;
    if (!text.startsWith(first)) return false;
    let at = first.length;
    const last = rest.at(-1) ?? "";
    for (const part of rest.slice(0, -1)) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return text.length - last.length >= at && text.endsWith(last);
  };
}

function payloadAt(field: string, content: Content): readonly string[] | null {
  if (content === null) return null;
  const action = isObject(content.action) ? content.action : {};
  let values: readonly (Json | undefined)[] = [action.payload];
  for (const name of field.slice(PAYLOAD.length).split("/"))
    values = values.flatMap((value) => childrenAt(value, name));
  return values.flatMap(scalars);
}

function childrenAt(value: Json | undefined, name: string): readonly (Json | undefined)[] {
  if (Array.isArray(value)) return name === "*" ? value : [(value as readonly Json[])[Number(name)]];
  if (!isObject(value)) return [];
  if (name === "*") return Object.values(value);
  return Object.hasOwn(value, name) ? [value[name]] : [];
}

/** Strings as they are, numbers and truth values as JSON has them; of a list each. */
function scalars(value: Json | undefined): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "number" || typeof value === "boolean") return [JSON.stringify(value)];
  return Array.isArray(value)
    ? (value as readonly Json[]).flatMap((one) => (isObject(one) ? [] : scalars(one)))
    : [];
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const CONTENT_LIMITS = { bytesMax: 4 * 1024 * 1024, depthMax: JSON_DEPTH_MAX + 8, valuesMax: 500_000 };

/** The recorded input as a value; null where it is none. */
export function readContent(text: string): Content {
  const json = parseIJson(utf8(text), CONTENT_LIMITS);
  return json.ok && isObject(json.value) ? json.value : null;
}
