/** Random actions: what the shipped policies look for, what only looks like it, and text of every kind between. */
import type { Json, JsonObject } from "../../core/json.ts";
import type { Random } from "./random.ts";

const PIECES = [
  "123-45-6789",
  "my ssn is 078051120",
  "4111 1111 1111 1111",
  "5500-0000-0000-0004",
  "378282246310005",
  "４１１１１１１１１１１１１１１１",
  "we guarantee that",
  "GUARANTEE",
  "g u a r a n t e e",
  "ΣΊΣΥΦΟΣ",
  "straße",
  "\u200bzero\u200bwidth",
  "\u202etxt.exe",
  "𝕊𝕊ℕ 𝟙𝟚𝟛-𝟜𝟝-𝟞𝟟𝟠𝟡",
  "👩‍👩‍👧‍👦",
  "confidential",
  "the forbidden-late thing",
  "order 81 ships on 2026-01-31",
  "1.2e10",
  '\\u0000 \n\t"quoted"',
] as const;

const NAMES = ["text", "ssn", "note", "a/b", "m~n", "__proto__", "constructor", "0", "ключ", ""] as const;

export function randomText(random: Random): string {
  const words = Array.from({ length: random.below(12) }, () =>
    random.chance(3) ? random.of(PIECES) : String(random.below(1_000_000)),
  );
  return words.join(random.of([" ", "\n", ", ", "\u00a0", ""]));
}

function randomValue(random: Random, depth: number): Json {
  switch (random.below(depth > 3 ? 5 : 7)) {
    case 0:
      return random.below(2_000_000_000);
    case 1:
      return random.below(100_000) / 64;
    case 2:
      return random.of([null, true, false]);
    case 5:
      return Array.from({ length: random.below(4) }, () => randomValue(random, depth + 1));
    case 6:
      return randomObject(random, depth + 1);
    default:
      return randomText(random);
  }
}

function randomObject(random: Random, depth: number): JsonObject {
  const members = Array.from({ length: random.below(5) }, () => [
    random.of(NAMES),
    randomValue(random, depth),
  ]);
  return Object.fromEntries(members) as JsonObject;
}

/** The body of a submission. */
export function randomSubmission(random: Random, surface: string): Json {
  return {
    action: {
      surface,
      ...(random.chance(2) ? { tool: random.of(["payments.transfer", "crm.update", "email.send"]) } : {}),
      payload: {
        text: randomText(random),
        ...(random.chance(2) ? { amount: random.below(3000) / 2 } : {}),
        ...(random.chance(3) ? { rounds: random.below(40) } : {}),
        ...randomObject(random, 0),
      },
      ...(random.chance(3) ? { intent: random.chance(2) ? "fail" : randomText(random) } : {}),
    },
    context: {
      ...(random.chance(2)
        ? { on_behalf_of: { user: "u_7", roles: random.of([["support"], ["finance"], []]) } }
        : {}),
      ...(random.chance(4) ? { facts: { account_status: random.of(["active", "Frozen", 3]) } } : {}),
      ...(random.chance(4) ? { request: randomText(random) } : {}),
    },
  } as Json;
}
