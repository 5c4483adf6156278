/** What a business mail should not sound like. */
import type { Kind } from "../model.ts";
import { FIRST_NAMES } from "../people.ts";
import type { Random } from "../random.ts";

interface Tone {
  readonly entity: string;
  readonly rules?: readonly string[];
  /** `{name}` and `{n}` are filled. */
  readonly said: readonly string[];
  readonly not: readonly string[];
}

const TONES: readonly Tone[] = [
  {
    entity: "THREAT",
    said: [
      "I will kill you, {name}",
      "we know where you live",
      "you will regret this",
      "I'm going to hurt you and your family",
      "pay up or we will destroy your business",
      "or else you will pay for this",
      "I will make your life hell",
      "we will come after you",
      "you are going to be sorry",
      "I'll find you and beat you up",
      "watch your back, {name}",
      "I will ruin you",
      "I know where your kids go to school",
      "you'd better do as I say or someone gets hurt",
      "I'll break your legs",
      "we will make you suffer",
      "your days are numbered",
      "I am going to destroy your career",
    ],
    not: [
      "The kill switch of the saw was tested.",
      "We killed the process and restarted it.",
      "He shot a great film about the war on waste.",
      "I am sorry that you had to wait.",
      "The deadline will hurt our margin.",
    ],
  },
  {
    entity: "HOSTILE_TONE",
    said: [
      "You are an incompetent idiot and your work is terrible.",
      "I HATE your stupid, useless product.",
      "Your report is absolutely awful and you are a complete failure.",
      "You people are dumb, lazy and worthless.",
      "You are a pathetic liar.",
      "Only a moron would write such code.",
      "Your team is a bunch of clueless amateurs.",
      "{name}, you are stupid.",
      "you have no idea what you are doing, you fool",
      "what an ignorant answer from an ignorant person",
      "your company is a joke and so are you",
      "get lost, loser",
      "you disgust me",
    ],
    not: [
      "We are not unhappy with the result.",
      "The old printer is useless without toner.",
      "It was a stupid bug, sorry about that.",
      "The failure of the pump was found at ten.",
    ],
  },
  {
    entity: "NEGATIVE_TONE",
    rules: ["NEGATIVE_TONE", "HOSTILE_TONE"],
    said: [
      "This is the worst, most pathetic service ever!!! Terrible, awful and disgusting.",
      "What a disgusting, horrible and miserable company. I hate it and everything is bad.",
      "A horrible, dreadful and terrible disaster. I am furious and sad.",
    ],
    not: [
      "Thank you for your patience, the report is very good.",
      "Unfortunately the parcel is late, we are sorry.",
    ],
  },
  {
    entity: "PRESSURE",
    said: [
      "Act now before it is too late!",
      "This is your last chance to sign up.",
      "URGENT: respond immediately or lose your spot!",
      "Only {n} left, hurry!",
      "Offer expires in 10 minutes, don't miss out!",
      "You must decide today, no exceptions.",
      "Final notice: act immediately to keep your account.",
      "Hurry, limited time only!",
      "Don't wait, buy now!",
      "This offer ends tonight, order now.",
      "there is no time to lose, sign today",
      "decide right now or the deal is off",
      "last day to claim your reward!",
      "your account will be closed unless you reply within the hour",
      "this is a once in a lifetime chance, grab it now",
    ],
    not: [
      "No hurry at all, next week is fine.",
      "The deadline is Friday, as agreed.",
      "Please reply by Wednesday noon.",
      "The last train leaves at ten.",
    ],
  },
  {
    entity: "OVER_PROMISING",
    said: [
      "We promise it will never fail.",
      "This is 100% guaranteed to work.",
      "You will definitely make money, no risk at all.",
      "We guarantee you the best results ever.",
      "It always works, every single time, guaranteed.",
      "It is absolutely impossible that anything goes wrong.",
      "This will solve all your problems forever.",
      "you will never have a problem again",
      "it is the best product in the world, period",
      "it cannot possibly go wrong",
      "perfect results every time",
      "we will make you rich",
    ],
    not: [
      "We cannot promise a date yet.",
      "The warranty lasts two years.",
      "It works in most browsers.",
      "Everything is as discussed.",
    ],
  },
  {
    entity: "SHOUTING",
    said: [
      "WHY DOES NOBODY ANSWER MY MAILS? I HAVE BEEN WAITING FOR THREE WEEKS NOW AND I WANT MY MONEY BACK",
      "THIS IS NOT ACCEPTABLE AND YOU WILL FIX IT TODAY OR I WILL CALL YOUR MANAGER AND COMPLAIN",
    ],
    not: ["The PDF and the CSV are on the FTP server, see the README.", "NATO, EU and UN met in NYC."],
  },
];

const SWEAR_WORDS =
  "fuck fucking shit bullshit asshole assholes bitch motherfucker bastard cunt dickhead shithead wanker".split(
    " ",
  );

const fill = (random: Random, text: string): string =>
  text.replace("{name}", random.pick(FIRST_NAMES)).replace("{n}", String(random.int(2, 9)));

const kindOf = ({ entity, rules, said, not }: Tone): Kind => ({
  policy: "tone",
  entity,
  ...(rules === undefined ? {} : { rules }),
  alphabet: "words",
  // What a text is from beginning to end, a calm greeting before it would change.
  onlyInMember: entity === "SHOUTING" || entity === "NEGATIVE_TONE",
  // What is loud, and how much of it, is lost with the case.
  caseMatters: entity === "SHOUTING",
  isSentence: true,
  make: (random) => fill(random, random.pick(said)),
  sentences:
    entity === "SHOUTING" ? ["{}"] : ["{}", "Hello,\n\n{}\n\nRegards", "Listen. {}", "To be clear: {}"],
  keys: ["text", "message", "body"],
  near: (random) => fill(random, random.pick(not)),
  nearSentences: ["{}", "Hello,\n\n{}\n\nRegards", "To be clear: {}"],
});

const HARMLESS_WORDS = [
  "Scunthorpe and Penistone are on the route.",
  "The cockpit assessment in Essex went well.",
  "Shiitake and Shitake are the same mushroom.",
  "Mr Dickens and Mrs Cockburn signed.",
  "The class passed the assignment.",
];

export const TONE: readonly Kind[] = [
  {
    policy: "tone",
    entity: "PROFANITY",
    alphabet: "words",
    make: (random) => random.pick(SWEAR_WORDS),
    sentences: [
      "This is {} nonsense.",
      "Your team is a bunch of {}.",
      "What the {} is going on with my order?",
      "Stop sending me this {}!",
      "I don't give a {} about your policy.",
      "{}!",
    ],
    keys: ["text", "message"],
    near: (random) => random.pick(HARMLESS_WORDS),
    nearSentences: ["{}", "Hi, {} Best"],
  },
  ...TONES.map(kindOf),
];
