/**
 * Facts that were supplied for an action that waited for them: by somebody else than who submitted it (invariant I7), each under its
 * source. What the submitter itself says of facts stands in `context.facts`, and is merely asserted.
 */
import type { JsonObject } from "./json.ts";

/** Who supplied a fact, and when: a key's id, and an RFC 3339 time. */
export interface FactSource {
  readonly key: string;
  readonly at: string;
}

export interface SuppliedFacts {
  readonly facts: JsonObject;
  /** By the name of a member of `facts`. */
  readonly sources: Readonly<Record<string, FactSource>>;
}

export const NO_FACTS: SuppliedFacts = { facts: {}, sources: {} };

/** A member that was supplied before is replaced as a whole, and its source with it. */
export function addFacts(before: SuppliedFacts, facts: JsonObject, source: FactSource): SuppliedFacts {
  const sources = Object.fromEntries(Object.keys(facts).map((name) => [name, source]));
  return { facts: { ...before.facts, ...facts }, sources: { ...before.sources, ...sources } };
}

/** The members of a policy's input that hold them; without any, an input says nothing of sources. */
export function factMembers({ facts, sources }: SuppliedFacts): JsonObject {
  if (Object.keys(sources).length === 0) return { facts };
  return { facts, fact_sources: sources as unknown as JsonObject };
}

/** Those in a policy's input that the gate wrote. */
export const suppliedIn = ({ facts, fact_sources }: JsonObject): SuppliedFacts => ({
  facts: (facts ?? {}) as JsonObject,
  sources: (fact_sources ?? {}) as unknown as SuppliedFacts["sources"],
});
