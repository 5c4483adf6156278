// Ten megabytes of the worst text for each pattern that is known to be bad: time in proportion to the text, counted in fuel, and
// within the bound that docs/design/regex.md states.

import { describe, expect, it } from "vitest";
import { PATTERNS } from "../../bench/scanners/regex-patterns.ts";
import { FUEL_FAST } from "../../core/limits.ts";
import { compilePatterns } from "../../core/policy/regex/compile.ts";
import { compileSettings } from "../../core/policy/regex/settings.ts";
import { PolicyHost } from "../../worker/evaluate/host.ts";
import { builtPolicy, inputWith, settingsText } from "../evaluate/policies.ts";
import { readingOf } from "../policy-plugins/extism-host.ts";
import { EVIL, type Evil, hostileText } from "./hostile.ts";

const KIB = 1024;
/** A field as long as a request may be. */
const FIELD_BYTES = 256 * KIB;
const MEGABYTE_FIELDS = 4;

/** Fuel for each byte of a text: of up to four automata side by side, and of a pattern that is found there. */
const FUEL_OF_SCAN = 450;
const FUEL_OF_PATTERN = 1_700;
/** For an action: the verdict with all its findings. */
const FUEL_OF_ACTION = 10_000_000;
/** Where a reading does not fit, the memory is doubled: so many pages, each at a price. */
const FUEL_OF_GROWTH = 13 * 300_000;

const host = new PolicyHost();
const policy = builtPolicy("regex");

async function fuelOf(settings: string, text: string): Promise<number> {
  const payload = { text };
  const reading = await readingOf({ action: { surface: "s", payload } });
  const outcome = await host.run(policy, settings, inputWith(payload), Number.MAX_SAFE_INTEGER, { reading });
  expect(outcome.error).toBeNull();
  return outcome.fuel;
}

function settingsOf(patterns: readonly string[]): string {
  const list = patterns.map((pattern, index) => ({ name: `pattern ${index}`, pattern }));
  const settings = compileSettings({ patterns: list });
  if (!settings.ok) throw new Error(settings.fault.message);
  return settingsText(settings.value);
}

describe("ten megabytes", () => {
  it.each(EVIL)(
    "of $text for $pattern",
    async (evil: Evil) => {
      const settings = settingsOf([evil.pattern]);
      const bytes: number[] = [];
      const fuel: number[] = [];
      for (let turn = 0; turn < 10 * MEGABYTE_FIELDS; turn++) {
        const text = hostileText(evil, FIELD_BYTES, turn);
        bytes.push(new TextEncoder().encode(text).length);
        fuel.push(await fuelOf(settings, text));
      }
      const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);
      const one = sum(fuel.slice(0, MEGABYTE_FIELDS));
      expect(sum(fuel) / one).toBeGreaterThan(9.5);
      expect(sum(fuel) / one).toBeLessThan(10.5);
      for (const [turn, used] of fuel.entries()) {
        expect(used).toBeLessThan(
          (bytes[turn] as number) * (FUEL_OF_SCAN + FUEL_OF_PATTERN) + FUEL_OF_ACTION,
        );
      }
      // No longer field by field either: four times the text is at most four times the fuel.
      const quarter = await fuelOf(settings, hostileText(evil, FIELD_BYTES / 4));
      expect(fuel[0]).toBeLessThan(4.2 * quarter + FUEL_OF_GROWTH);
    },
    120_000,
  );
});

describe("fifty-four patterns", () => {
  const settings = settingsOf(PATTERNS);
  const compiled = compilePatterns(PATTERNS);

  it("take four automata, and no long way", () => {
    if (!compiled.ok) throw new Error(compiled.fault.message);
    expect(compiled.value.groups.length).toBe(4);
    expect(compiled.value.twoPass).not.toContain(true);
  });

  it.each([700, 780, 1_000, 2_000, 4_096, 10_000, 64 * KIB])(
    "stay below the bound where stretches are read in vain: %i bytes",
    async (bytes) => {
      // What began at the first byte is under way at every other; a second stretch is never guessed right.
      const text = (filler: string) => `-----BEGIN ${filler.repeat(bytes)}`.slice(0, bytes);
      const fixed = await fuelOf(settings, "x");
      expect((await fuelOf(settings, text("ABXZ CD "))) - fixed).toBeLessThan(bytes * FUEL_OF_SCAN);
    },
  );

  it.each([
    ["plain words", "the quick brown fox jumps over the lazy dog "],
    ["digits", "1"],
    ["nearly social security numbers", "123-45-678x "],
    ["nearly cards", "4111 1111 1111 111 "],
    ["heads of phrases", "guarantee act no do not forwar double your mone "],
    ["ends of addresses", "a@b.c@d.e@"],
    ["one address of 64 KB", "a."],
    ["one password of 64 KB", "password=x"],
  ])("64 KB of %s fit into the fast budget three times", async (_name, unit) => {
    const text = unit.repeat(Math.ceil((64 * KIB) / unit.length));
    expect(await fuelOf(settings, `${text}@example.com`)).toBeLessThan(FUEL_FAST / 3);
  });
});
