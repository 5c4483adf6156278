/** JSON that a person wrote: a mistake in it is told with its line. */
import { type Json, type JsonObject, parseIJson } from "../../core/json.ts";
import { JSON_DEPTH_MAX, JSON_VALUES_MAX } from "../../core/limits.ts";
import { readInput } from "../files.ts";
import { UsageError } from "../output.ts";

const LIMITS = { bytesMax: 4 * 1024 * 1024, depthMax: JSON_DEPTH_MAX, valuesMax: JSON_VALUES_MAX };

/** `-` is standard input. */
export async function readJsonFile(file: string): Promise<Json> {
  return parseJson(await readInput(file), file === "-" ? "standard input" : file);
}

export async function readObjectFile(file: string): Promise<JsonObject> {
  const json = await readJsonFile(file);
  if (isObject(json)) return json;
  throw new UsageError(`${file === "-" ? "standard input" : file} is not a JSON object`);
}

/** An object, given as a file's name or as its own text. */
export async function readObjectOption(option: string, value: string): Promise<JsonObject> {
  const json = value.trimStart().startsWith("{")
    ? parseJson(new TextEncoder().encode(value), option)
    : await readJsonFile(value);
  if (isObject(json)) return json;
  throw new UsageError(
    `${option} is not a JSON object`,
    `Give it as ${option} '{"name": "value"}' or as a file.`,
  );
}

export function parseJson(bytes: Uint8Array, where: string): Json {
  const parsed = parseIJson(bytes, LIMITS);
  if (parsed.ok) return parsed.value;
  const { detail, offset } = parsed.fault;
  const before = new TextDecoder().decode(bytes).slice(0, offset).split("\n");
  throw new UsageError(`${where}:${before.length}:${(before.at(-1) ?? "").length + 1}: ${detail}`);
}

export const isObject = (json: Json | undefined): json is JsonObject =>
  typeof json === "object" && json !== null && !Array.isArray(json);
