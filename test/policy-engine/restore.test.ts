/**
 * A pooled instance that was restored answers as a fresh one does: the same output, fuel, memory and globals, whatever was
 * asked of it before (docs/design/policy-pool.md). Over every policy of the tree and every hostile module that is admitted.
 */
import { describe, expect, it } from "vitest";
import { utf8 } from "../../core/encoding.ts";
import { NO_PARTS, type Parts } from "../../core/policy/parts.ts";
import { Guest } from "../../worker/evaluate/guest.ts";
import { ADMITTED } from "./hostile/all.ts";
import { seeded } from "./oracle/seeded.ts";
import { type TreePolicy, treePolicies } from "./policies.ts";
import type { Random } from "./random.ts";
import { INPUT_BYTES, NO_SETTINGS, runnable } from "./run.ts";

const INPUTS = 1_000;
/** What a hostile module may spend on each: those that would burn any budget stop here. */
const HOSTILE_FUEL = 20_000;
const FUEL = 50_000_000;
/** A fresh instance for each of the inputs takes its time. */
const TIMEOUT_MS = 120_000;

/** Letters, digits, what policies look for, and what parsers stumble over. */
const PIECES = [
  "123-45-6789",
  "4111 1111 1111 1111",
  "ssn",
  "refund",
  " ",
  "\u00a0",
  "é",
  "\u{1f600}",
  '\\"',
  "\\u0000",
  "\\ud83d\\ude00",
  "0",
  "a",
  "-",
  "x".repeat(300),
];

/** Examples, examples with a text put in, examples with wrong bytes, and bytes that are no JSON. */
function randomInput(random: Random, examples: readonly string[]): Uint8Array {
  const example = random.of(examples);
  switch (random.below(5)) {
    case 0:
      return utf8(example);
    case 1:
    case 2: {
      const text = Array.from({ length: random.below(12) }, () => random.of(PIECES)).join("");
      return utf8(example.replace('"payload":{', `"payload":{"0":"${text}",`));
    }
    case 3: {
      const bytes = utf8(example);
      for (let flips = 1 + random.below(4); flips > 0; flips--)
        bytes[random.below(bytes.length)] = random.below(256);
      return bytes;
    }
    default:
      return random.bytes(random.below(600));
  }
}

async function freshGuest(module: WebAssembly.Module, settings: string): Promise<Guest> {
  const made = await Guest.create(module, settings);
  if (!made.ok) throw new Error(`${made.fault.rule}: ${made.fault.detail}`);
  return made.value;
}

interface Asked {
  readonly input: Uint8Array;
  readonly parts: Parts;
}

/** The same of what is made by others. */
function damaged(random: Random, part: Uint8Array): Uint8Array {
  if (random.below(4) > 0 || part.length === 0) return part;
  if (random.below(4) === 0) return random.bytes(random.below(600));
  const bytes = part.slice();
  for (let flips = 1 + random.below(4); flips > 0; flips--)
    bytes[random.below(bytes.length)] = random.below(256);
  return bytes;
}

function randomCall(random: Random, { runs, manifest }: TreePolicy): Asked {
  const reads = manifest.reading === "reads" || manifest.findings === "reads";
  const input = randomInput(
    random,
    runs.map(({ input }) => input),
  );
  if (!reads) return { input, parts: NO_PARTS };
  const { reading, findings } = random.of(runs).parts;
  return {
    input,
    parts: {
      ...(reading === undefined ? {} : { reading: damaged(random, reading) }),
      ...(findings === undefined ? {} : { findings: damaged(random, findings) }),
    },
  };
}

interface Kept {
  /** Calls that were answered by an instance which had answered before. */
  reused: number;
}

/** Asks one instance after another as the pool would, and compares each with what a fresh one is and says. */
async function compare(
  module: WebAssembly.Module,
  settings: string,
  calls: readonly Asked[],
  fuel: number,
): Promise<Kept> {
  const pristine = (await freshGuest(module, settings)).state();
  const kept = { reused: 0 };
  let guest = await freshGuest(module, settings);
  for (const { input, parts } of calls) {
    const outcome = guest.evaluate(input, fuel, parts);
    expect(outcome).toEqual((await freshGuest(module, settings)).evaluate(input, fuel, parts));
    if (guest.reusable) kept.reused++;
    else guest = await again(module, guest);
    if (Buffer.compare(guest.state(), pristine) !== 0) expect(guest.state()).toEqual(pristine);
  }
  return kept;
}

/** What the pool does where an instance trapped, ran out of fuel or grew. */
async function again(module: WebAssembly.Module, { configured }: Guest): Promise<Guest> {
  const made = await Guest.again(module, configured);
  if (!made.ok) throw new Error(`${made.fault.rule}: ${made.fault.detail}`);
  return made.value;
}

describe("policies of the tree", () => {
  it.each(treePolicies)("$name", { timeout: TIMEOUT_MS }, async (policy) => {
    const { name, wasm, memoryPages, runs } = policy;
    const random = seeded(name.length);
    const { module } = runnable(wasm, memoryPages);
    const allSettings = [...new Set(runs.map(({ settings }) => settings))];
    for (const settings of allSettings) {
      const count = Math.ceil(INPUTS / allSettings.length);
      const calls = Array.from({ length: count }, () => randomCall(random, policy));
      await compare(module, settings, calls, FUEL);
    }
  });
});

describe.each(Object.entries(ADMITTED))("hostile modules: %s", (_, modules) => {
  it.each(modules)("$name", { timeout: TIMEOUT_MS }, async ({ bytes, rule }) => {
    const { module } = runnable(bytes());
    const made = await Guest.create(module, NO_SETTINGS);
    if (!made.ok) {
      // Nothing to restore; but why must be the same each time.
      expect(await Guest.create(module, NO_SETTINGS)).toEqual(made);
      return;
    }
    const first = made.value.evaluate(INPUT_BYTES, HOSTILE_FUEL);
    const random = seeded(rule.length);
    const calls = Array.from({ length: INPUTS }, () => ({
      input: randomInput(random, [new TextDecoder().decode(INPUT_BYTES)]),
      parts: NO_PARTS,
    }));
    const { reused } = await compare(module, NO_SETTINGS, calls, HOSTILE_FUEL);
    if (first.error === null) expect(reused).toBe(INPUTS);
  });
});
