// The scores against those that VADER's authors publish, and what must and must not be said of a text.

import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { LEXICON } from "../../policy-plugins/tools/tone-lexicon.ts";
import type { RunnableModule } from "../../worker/evaluate/host.ts";
import { configure, findingsIn } from "./extism-host.ts";
import { compileProbe, readingOfTexts, runOnReading } from "./probe.ts";
import scores from "./vader-scores.json" with { type: "json" };

/** Tells the scores of the last text's sentences together, from 0 for -1 to 20000 for 1, as the item of a finding. */
const PROBE = `
import { finding, Input, reading, Redact, Settings } from "../sdk/index";
import { ToneScan } from "../tone/patterns";
import { Limits, scanTexts, sum } from "../tone/texts";

export function configure(settings: Settings): void {}

export function evaluate(_input: Input): void {
  const all = reading();
  scanTexts(all, new Limits(), new ToneScan(all, 3, Redact.None));
  finding("SCORE").item(sum + 10000);
}
`;

let probe: RunnableModule;

beforeAll(async () => {
  probe = await compileProbe({ "index.ts": PROBE }, 8);
});

async function compoundOf(text: string): Promise<number> {
  const { findings } = await runOnReading(probe, readingOfTexts([{ text }]));
  const score = findings.find(({ rule }) => rule === "SCORE")?.item ?? 0;
  return (score - 10_000) / 10_000;
}

/** Turns of speech by their make, and what only looks like them: a word of each is another. */
const TURNS: readonly (readonly [rule: string, says: string, near: string])[] = [
  [
    "THREAT",
    "You had better start looking over your shoulder.",
    "The passenger looks over her shoulder and waves.",
  ],
  ["THREAT", "One more lie and we will smash your teeth.", "One more mail and we will have all the forms."],
  [
    "THREAT",
    "If you treasure your legs, drop the case.",
    "If you treasure your garden, water it in the evening.",
  ],
  ["THREAT", "Next time we won't be so gentle.", "Next time we won't be in the same hall."],
  ["THREAT", "I'll splash bleach over your face.", "I'll splash some water over the plants."],
  ["THREAT", "You'll be sorry, I promise you that.", "You'll be sorry to learn that the shop is full."],
  [
    "HOSTILE_TONE",
    "You wouldn't notice talent if it fell on you.",
    "You wouldn't notice the change if it came at night.",
  ],
  [
    "HOSTILE_TONE",
    "My old toaster could plan this better than you.",
    "My old toaster could do four slices, better than this one.",
  ],
  ["HOSTILE_TONE", "Did you win your diploma in a raffle?", "Did you print your diploma on thick paper?"],
  ["PRESSURE", "Stop comparing and just order.", "Stop comparing the two tables when they match."],
  ["PRESSURE", "Pick up the phone now and order.", "She will pick up the phone when the bell rings."],
  ["PRESSURE", "Final minutes to grab yours.", "The final minutes of the talk were about soil."],
  ["OVER_PROMISING", "Our glue will never leak again.", "The old pipe may leak again in winter."],
  ["OVER_PROMISING", "You will never be bald again.", "He has been bald since he was thirty."],
  [
    "OVER_PROMISING",
    "There is no limit to what you can earn with us.",
    "There is no limit to the number of files.",
  ],
];

const rulesIn = async (text: string, settings = {}): Promise<string[]> => [
  ...new Set((await findingsIn("tone", settings, text)).map(({ rule }) => rule)),
];

describe("tone", () => {
  // From the README of vaderSentiment: all but the one with emoji, and one of two sentences.
  it.each([
    ["VADER is smart, handsome, and funny.", 0.8316],
    ["VADER is smart, handsome, and funny!", 0.8439],
    ["VADER is very smart, handsome, and funny.", 0.8545],
    ["VADER is VERY SMART, handsome, and FUNNY.", 0.9227],
    ["VADER is VERY SMART, handsome, and FUNNY!!!", 0.9342],
    ["VADER is VERY SMART, uber handsome, and FRIGGIN FUNNY!!!", 0.9469],
    ["VADER is not smart, handsome, nor funny.", -0.7424],
    ["The book was good.", 0.4404],
    ["At least it isn't a horrible book.", 0.431],
    ["The book was only kind of good.", 0.3832],
    ["The plot was good, but the characters are uncompelling and the dialog is not great.", -0.7042],
    ["Today SUX!", -0.5461],
    ["Make sure you :) or :D today!", 0.8633],
    ["Not bad at all", 0.431],
  ])("scores %j as VADER does", async (text, expected) => {
    expect(Math.abs((await compoundOf(text)) - expected)).toBeLessThan(0.00011);
  });

  /** Without signs around it, unless two characters or less are left: so VADER takes "^urs" for "urs", which it does not have. */
  const stripped = (word: string): string => {
    const inner = word.replace(/^[!-/:-@[-`{-~]+|[!-/:-@[-`{-~]+$/g, "");
    return inner.length > 2 ? inner : word;
  };

  it("scores each word and face of VADER's lexicon alone by its valence, and one that is negated the other way", async () => {
    const compound = (sum: number) => sum / Math.sqrt(sum * sum + 15);
    expect(LEXICON.length).toBeGreaterThan(7_480);
    for (const [i, [word, tenths]] of LEXICON.entries()) {
      if (stripped(word) !== word) continue;
      expect([word, await compoundOf(word)]).toEqual([word, expect.closeTo(compound(tenths / 10), 3)]);
      if (i % 5 > 0 || word === "no") continue;
      const negated = compound((tenths / 10) * -0.74);
      expect([word, await compoundOf(`not ${word}`)]).toEqual([word, expect.closeTo(negated, 3)]);
    }
  });

  // Sentences made from VADER's words, boosters, negations, idioms, capitals and marks by a generator with a seed. Of "package" the
  // scores are what vader-sentiment 1.1.3 says, among sentences on which it and VADER's release 3.3.2 have the same rules; of
  // "release" what those rules say with the same lexicon. Of 12,000, three differ by rounding, where a sum of fractions is
  // nothing and theirs is not, and three by Python's `index`, which takes one word for another of its valence; those are left out.
  it.each(["package", "release"] as const)("scores sentences as VADER does: %s", async (name) => {
    const wrong: unknown[] = [];
    for (const [text, expected] of scores[name] as [string, number][]) {
      const score = await compoundOf(text);
      if (Math.abs(score - expected) > 0.00011) wrong.push([text, score, expected]);
    }
    expect(scores[name].length).toBe(300);
    expect(wrong).toEqual([]);
  });

  it.each([
    ["We!!", "We"],
    ["It isn't bad, is it?", "It isn't bad, is it"],
    ["They are at 187.", "They are at 187"],
  ])("takes no mark at the end of %j for a letter", async (text, same) => {
    const [marked, plain] = [await compoundOf(text), await compoundOf(same)];
    expect(Math.sign(marked)).toBe(Math.sign(plain));
  });

  it.each([
    ["You are an incompetent idiot and your work is terrible.", ["HOSTILE_TONE", "NEGATIVE_TONE"]],
    ["I HATE your stupid, useless product.", ["HOSTILE_TONE", "NEGATIVE_TONE"]],
    ["We know where you live.", ["THREAT"]],
    ["Pay up, or else.", ["THREAT"]],
    ["Act now, this is your last chance!", ["PRESSURE"]],
    ["Your account will be closed.", ["PRESSURE"]],
    ["It is 100 % guaranteed and never fails.", ["OVER_PROMISING"]],
    ["This is bull5hit, you b!tch, f u c k it.", ["HOSTILE_TONE", "NEGATIVE_TONE", "PROFANITY"]],
    ["WE HAVE TOLD YOU THREE TIMES ALREADY TO STOP.", ["SHOUTING"]],
    ["Damn, we missed the train.", []],
    ["Please reply today or tomorrow, or else on Monday.", []],
    ["The offer ends in March; let us know by then whether you need more time.", []],
    ["We guarantee delivery by Friday.", []],
    ["Scunthorpe's assessment of the cockpit was classic.", []],
    ["We apologise for the terrible delay and the awful packaging; your complaint was right.", []],
    ["You will not regret this choice, we promise.", []],
    ["The biopsy shows cancer; the pain is severe and the prognosis poor.", ["NEGATIVE_TONE"]],
    ["Dear Ms Lee, invoice 4711 is overdue. Please pay it by 3 March, or call us about a plan.", []],
    ["Rooms 86, 187 and 182, then 86 and 187, please.", []],
    ["URGENT: server db-3 is down, please look at it right away.", []],
  ])("says of %j", async (text, rules) => {
    expect((await rulesIn(text)).sort()).toEqual(rules);
  });

  // What names who does it, and what only sounds like it.
  it.each([
    ["My cousins and I will gladly set your boat on fire.", "THREAT"],
    ["Unless you resign, I am going to show these recordings to your wife.", "THREAT"],
    ["There are explosives in the hotel.", "THREAT"],
    ["Remember what happened to the others who refused to pay.", "THREAT"],
    ["Nobody will ever find your body.", "THREAT"],
    ["Your so-called engineers have the brains of a turnip.", "HOSTILE_TONE"],
    ["How often do I have to repeat this before it gets through your thick skull?", "HOSTILE_TONE"],
    ["Counting is evidently not your strength.", "HOSTILE_TONE"],
    ["If you really loved your mother, you would order it tonight.", "PRESSURE"],
    ["Your mailbox will be wiped within the hour unless you verify it now.", "PRESSURE"],
    ["Someone else will snap it up if you hesitate.", "PRESSURE"],
    ["Our shares can only go up.", "OVER_PROMISING"],
    ["There is nothing that this machine cannot fix.", "OVER_PROMISING"],
    ["You will be fluent in three days, guaranteed.", "OVER_PROMISING"],
    ["What a load of dogshit.", "PROFANITY"],
  ])("hears in %j a %s", async (text, rule) => {
    expect(await rulesIn(text)).toContain(rule);
  });

  it.each([
    "Would you or your family like to come along?",
    "Give my regards to your husband and your children.",
    "You pay only for what you need.",
    "We will be sorry to lose you as a colleague.",
    "Otherwise I will send you the photos next week.",
    "You may pay in cash or bitcoin.",
    "Please mend the fence before somebody gets hurt.",
    "See what our team can do for you.",
    "The leak could ruin your reputation.",
    "I will shoot you a quick mail.",
    "We will destroy you at chess on Sunday.",
    "In the novel the thief says that he will kill the king.",
    "I was such a fool to leave the keys inside.",
    'Trainees learn to answer insults such as "you are a moron".',
    "The breeder sold the bitch and two puppies.",
    "The shepherd has an old ass that draws the cart.",
    "Nobody can promise that it never fails.",
    "Last call for boarding, said the sign at the gate.",
  ])("holds nothing in %j", async (text) => {
    expect((await rulesIn(text)).filter((rule) => rule !== "NEGATIVE_TONE")).toEqual([]);
  });

  it("keeps to the settings", async () => {
    expect(await rulesIn("Damn, we missed the train.", { profanity_from: 1 })).toEqual(["PROFANITY"]);
    expect(await rulesIn("Oh shit.", { profanity_from: 3 })).toEqual([]);
    const text = "The widget and the gadget are late again.";
    const lexicon = [
      { word: "widget", valence: -40 },
      { word: "gadget", valence: -35 },
    ];
    expect(await rulesIn(text)).toEqual([]);
    expect(await rulesIn(text, { lexicon })).toEqual(["NEGATIVE_TONE"]);
    expect(await rulesIn(text, { lexicon, negative_below: -100 })).toEqual([]);
    const redacted = { profanity_redact: "mask" };
    expect(await findingsIn("tone", redacted, "Oh shit.")).toEqual([
      { rule: "PROFANITY", part: "payload", pointer: "/text", start: 3, end: 7, score: 60 },
    ]);
  });

  it.each([
    [{ negative_below: 5 }, "negative_below must be a whole number from -100 to 0"],
    [{ shouting_share: 101 }, "shouting_share"],
    [{ profanity_from: 1.5 }, "profanity_from"],
    [{ lexicon: [{ word: "a b", valence: 1 }] }, "lexicon/0/word"],
    [{ lexicon: [{ word: "a", valence: 41 }] }, "lexicon/0/valence"],
    [{ lexicon: [{ word: "a" }] }, "lexicon/0/valence is missing"],
  ])("refuses %j", async (settings, message) => {
    const { rc, error } = await configure("tone", settings);
    expect([rc, error]).toEqual([1, expect.stringContaining(message)]);
  });

  it("has every span within the text, whatever the text", async () => {
    const words = fc.constantFrom(
      "you",
      "idiot",
      "shit",
      "act now",
      "we know where you live",
      "GREAT",
      "never fails",
      "!",
      "?",
      "...",
      "\n\n",
      "😀",
      "hate",
      "but",
      "not",
    );
    const texts = fc.array(fc.oneof(words, fc.string({ unit: "binary", maxLength: 8 })), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(texts, async (parts) => {
        const text = parts.join(" ");
        fc.pre(text.isWellFormed());
        for (const { start = 0, end = 0, key } of await findingsIn("tone", {}, text)) {
          if (!key) expect(start < end && end <= text.length && start >= 0).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });

  it.each(TURNS)("tells %s by the make of a sentence: %s", async (rule, says, near) => {
    expect(await rulesIn(says)).toContain(rule);
    expect(await rulesIn(near)).not.toContain(rule);
  });
});
