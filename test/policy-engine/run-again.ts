/** One evaluation of a recording by itself, with the reading that it was given made anew. */
import { utf8 } from "../../core/encoding.ts";
import type { JsonObject } from "../../core/json.ts";
import { NO_PARTS, type Parts, withoutReading } from "../../core/policy/parts.ts";
import { type RanPolicy, verdictOf, verdictText } from "../../core/policy/verdict.ts";
import type { PolicyHost, RunnableModule } from "../../worker/evaluate/host.ts";

/** `P` names a policy: its place in a list, or itself. */
export interface Run<P> {
  readonly policy: P;
  readonly settings: string;
  readonly fuelLimit: number;
}

export interface Again<P> extends Run<P> {
  readonly input: string;
  /** The bundle's, where the policy reads. Null: it has none that answered. */
  readonly reader: Run<P> | null;
  /** What others found, where the policy weighs it. */
  readonly findings: string | null;
  /** The verdict's text, as it was recorded. */
  readonly expected: string;
}

type Runnable = RanPolicy & RunnableModule;

/** Null where the verdict is the recorded one; else what it is. */
export async function differenceOf<P>(
  host: PolicyHost,
  runnableOf: (policy: P) => Runnable,
  one: Again<P>,
): Promise<string | null> {
  const input = utf8(one.input);
  const policy = runnableOf(one.policy);
  const parts = await partsOf(host, runnableOf, one, policy, input);
  const outcome =
    parts === null
      ? withoutReading(one.fuelLimit)
      : await host.run(policy, one.settings, input, one.fuelLimit, parts);
  const document = JSON.parse(one.input) as JsonObject;
  const got = verdictText(verdictOf(policy, outcome, { document, text: one.input }));
  return got === one.expected ? null : got;
}

async function partsOf<P>(
  host: PolicyHost,
  runnableOf: (policy: P) => Runnable,
  { reader, findings }: Again<P>,
  { manifest }: Runnable,
  input: Uint8Array,
): Promise<Parts | null> {
  const found = findings === null ? NO_PARTS : { findings: utf8(findings) };
  if (manifest.reading !== "reads") return found;
  if (reader === null) return null;
  const { reading } = await host.run(runnableOf(reader.policy), reader.settings, input, reader.fuelLimit);
  return reading === undefined ? null : { ...found, reading };
}
