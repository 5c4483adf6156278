/** Puts a passage where such things stand: in mails, chats, and tool calls' arguments. */

import type { Evaded } from "./evasions/index.ts";
import type { Json, Kind, Place } from "./model.ts";
import { CITIES, COMPANIES, FIRST_NAMES, PRODUCTS, WEEKDAYS } from "./people.ts";
import type { Random } from "./random.ts";

export interface Placed {
  readonly surface: string;
  readonly payload: Json;
  readonly places: readonly Place[];
}

export function filler(random: Random): string {
  return random.pick([
    `thank you for your order with ${random.pick(COMPANIES)}.`,
    `the ${random.pick(PRODUCTS)} will arrive on ${random.pick(WEEKDAYS)}.`,
    `we met at the fair in ${random.pick(CITIES)}.`,
    `${random.pick(FIRST_NAMES)} will take care of the rest.`,
    "please see the notes below.",
    "let me know if anything is unclear.",
    "I have attached the minutes of the last meeting.",
    `our office in ${random.pick(CITIES)} is closed on ${random.pick(WEEKDAYS)}.`,
  ]);
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const paragraph = (random: Random): string =>
  Array.from({ length: random.int(1, 3) }, () => capital(filler(random))).join(" ");

/** One field, or two where the value is cut. */
interface Written {
  readonly texts: readonly string[];
  readonly spans: readonly (readonly [number, number])[];
}

function written({ before, value, after, cut }: Evaded, lead: string, tail: string): Written {
  const start = lead.length + before.length;
  if (cut === undefined) {
    return { texts: [lead + before + value + after + tail], spans: [[start, start + value.length]] };
  }
  return {
    texts: [lead + before + value.slice(0, cut), value.slice(cut) + after + tail],
    spans: [
      [start, start + cut],
      [0, value.length - cut],
    ],
  };
}

const placesOf = ({ spans }: Written, pointers: readonly string[]): Place[] =>
  spans.map(([start, end], index) => ({ pointer: pointers[index] ?? "", start, end }));

/** Mark-up and encodings fill their field: a mail's greeting before them would be part of what is decoded. */
const standsAlone = ({ before }: Evaded): boolean => before === "" || /^[{<]/.test(before);

function mail(random: Random, passage: Evaded): Placed {
  const isAlone = standsAlone(passage);
  const lead = isAlone ? "" : `Hello ${random.pick(FIRST_NAMES)},\n\n${paragraph(random)}\n\n`;
  const tail = isAlone ? "" : `\n\n${paragraph(random)}\n\nBest regards,\n${random.pick(FIRST_NAMES)}`;
  const text = written(passage, lead, tail);
  const to = [`${random.pick(FIRST_NAMES).toLowerCase()}@example.com`];
  const [first = "", second] = text.texts;
  const body: Json = second === undefined ? { text: first } : { text: first, text_more: second };
  return {
    surface: "outbound.email",
    payload: { to, subject: `About the ${random.pick(PRODUCTS)}`, ...(body as object) },
    places: placesOf(text, ["/text", "/text_more"]),
  };
}

function chat(random: Random, passage: Evaded): Placed {
  const text = written(passage, "", "");
  const channel = random.pick(["#support", "#general", "#billing"]);
  if (text.texts.length === 1) {
    return {
      surface: "outbound.chat",
      payload: { channel, text: text.texts[0] ?? "" },
      places: placesOf(text, ["/text"]),
    };
  }
  const blocks = [...text.texts];
  return {
    surface: "outbound.chat",
    payload: { channel, blocks },
    places: placesOf(text, ["/blocks/0", "/blocks/1"]),
  };
}

function messages(random: Random, passage: Evaded): Placed {
  const text = written(passage, "", "");
  const [first = "", ...rest] = text.texts;
  // A role stands between two messages: parts of one are neighbours.
  const content: Json = rest.length === 0 ? first : [...text.texts];
  const system = { role: "system", content: capital(filler(random)) };
  const at = "/messages/1/content";
  return {
    surface: "agent.message",
    payload: { messages: [system, { role: "assistant", content }] },
    places: placesOf(text, rest.length === 0 ? [at] : [`${at}/0`, `${at}/1`]),
  };
}

/** The value alone in a member that is called what it is. */
function member(random: Random, passage: Evaded, key: string): Placed {
  const text = written({ ...passage, before: "", after: "" }, "", "");
  const [first = "", second] = text.texts;
  const value: Json = second === undefined ? first : [first, second];
  const inner = { [key]: value, city: random.pick(CITIES), first_name: random.pick(FIRST_NAMES) };
  const isNested = random.chance(0.5);
  const at = `${isNested ? "/customer" : ""}/${key}`;
  return {
    surface: "tool.call",
    payload: isNested ? { dry_run: false, customer: inner } : inner,
    places: placesOf(text, second === undefined ? [at] : [`${at}/0`, `${at}/1`]),
  };
}

const FORMS = [mail, mail, chat, messages];

/** `passage.before` and `.after` are left out where the member's name says what it is. */
export function place(random: Random, passage: Evaded): Placed {
  return random.pick(FORMS)(random, passage);
}

export const placeInMember = (random: Random, passage: Evaded, { keys }: Kind): Placed =>
  member(random, passage, random.pick(keys));

const escapedHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** Mark-up around the value, nothing in it. */
export function placeInHtml(random: Random, { before, value, after }: Evaded): Placed {
  const lead = `<html><head><style>p{margin:0 0 8px}</style></head><body><p>${capital(filler(random))}</p><p>${escapedHtml(before)}`;
  const text = escapedHtml(value);
  const start = lead.length;
  return {
    surface: "outbound.email",
    payload: {
      subject: "Your request",
      html: `${lead}${text}${escapedHtml(after)}</p><p><a href="https://www.example.com/help">Help</a></p></body></html>`,
    },
    places: [{ pointer: "/html", start, end: start + text.length }],
  };
}

/** A number as JSON has it; null where it would not be the same digits again. */
export function placeAsNumber(random: Random, value: string, { keys }: Kind): Placed | null {
  if (!/^[1-9]\d{6,14}$/.test(value)) return null;
  const key = random.pick(keys);
  return {
    surface: "tool.call",
    payload: { action: "update", [key]: Number(value) },
    places: [{ pointer: `/${key}`, start: 0, end: value.length }],
  };
}
