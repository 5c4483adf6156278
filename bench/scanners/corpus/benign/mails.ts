/** Ordinary mails: greeting, some sentences of a topic, signature; as text or as HTML. */
import type { Benign, Json } from "../model.ts";
import type { Random } from "../random.ts";
import { FOREIGN, TOPICS, type Topic } from "./mail-texts.ts";
import { fill } from "./slots.ts";

const GREETINGS = [
  "Hi {first},",
  "Dear {first} {last},",
  "Hello {first},",
  "Good morning,",
  "Dear team,",
  "{first},",
  "Hi all,",
];
const CLOSINGS = [
  "Best regards,",
  "Kind regards,",
  "Thanks,",
  "Cheers,",
  "Sincerely,",
  "Many thanks and best wishes,",
];
const SIGNATURES = [
  "{first} {last}",
  "{first} {last}\n{company}\n{street}, {zip} {city}\n{phone}",
  "{first}\n-- \n{company} | {site}",
  "{first} {last}, Customer Service\nTel. {phone}",
];
const FOOTERS = [
  "",
  "",
  "\n\nThis e-mail may contain confidential information. If you are not the intended recipient, please delete it.",
  "\n\nSent from my phone",
  "\n\nOn {date}, {first} {last} wrote:\n> Thanks, that works for us.\n> See you on {weekday}.",
];

function bodyOf(random: Random, { sentences }: Topic): string[] {
  const chosen = random.some(sentences, random.int(2, 7));
  const cut = random.int(1, chosen.length);
  const paragraphs = [chosen.slice(0, cut), chosen.slice(cut)].filter((part) => part.length > 0);
  const style = random.int(0, 5);
  if (style === 0) return [chosen.map((sentence) => `- ${sentence}`).join("\n")];
  if (style === 1) return [chosen.map((sentence, index) => `${index + 1}. ${sentence}`).join("\n")];
  return paragraphs.map((part) => part.join(" "));
}

function htmlOf(paragraphs: readonly string[], random: Random): string {
  const escaped = paragraphs.map((text) =>
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll("\n", "<br>\n"),
  );
  const pixel = `<img src="https://track.example.com/o/${random.hex(32)}.gif" width="1" height="1" alt="">`;
  const style = "font-family:Arial,sans-serif;font-size:14px;color:#333333";
  return `<!doctype html><html><body style="${style}">${escaped.map((text) => `<p>${text}</p>`).join("\n")}<table role="presentation"><tr><td style="padding:8px 16px;background:#0a66c2"><a href="https://www.example.com/?utm_source=mail&amp;utm_id=${random.digits(6)}" style="color:#fff">Open</a></td></tr></table>${pixel}</body></html>`;
}

const address = (random: Random): string =>
  `${random.pick(["office", "info", "orders", "support", "hello"])}@example.com`;

function asPayload(random: Random, subject: string, paragraphs: readonly string[]): Json {
  const base = { to: [address(random)], subject };
  const text = paragraphs.join("\n\n");
  const roll = random.next();
  if (roll < 0.2) return { ...base, html: htmlOf(paragraphs, random) };
  if (roll < 0.3)
    return {
      ...base,
      text,
      html: htmlOf(paragraphs, random),
      headers: { "X-Entity-Ref-ID": random.hex(16) },
    };
  return { ...base, text };
}

export function topicMail(random: Random, index: number): Benign {
  const topic = random.pick(TOPICS);
  const paragraphs = [
    random.pick(GREETINGS),
    ...bodyOf(random, topic),
    `${random.pick(CLOSINGS)}\n${random.pick(SIGNATURES)}${random.pick(FOOTERS)}`,
  ].map((part) => fill(random, part));
  const subject = fill(random, random.pick(topic.subjects));
  return {
    id: `mail/${topic.name}/${index}`,
    group: `mail: ${topic.name}`,
    surface: "outbound.email",
    payload: asPayload(random, subject, paragraphs),
  };
}

export function foreignMail(random: Random, index: number): Benign {
  const text = fill(random, random.pick(FOREIGN));
  const subject = text.split("\n")[0] ?? "";
  return {
    id: `mail/foreign/${index}`,
    group: "mail: other languages",
    surface: "outbound.email",
    payload: asPayload(random, subject, text.split("\n\n")),
  };
}

export function chatMessage(random: Random, index: number): Benign {
  const topic = random.pick(TOPICS);
  const text = random
    .some(topic.sentences, random.int(1, 3))
    .map((sentence) => fill(random, sentence))
    .join(" ");
  return {
    id: `chat/${index}`,
    group: "chat",
    surface: "outbound.chat",
    payload: { channel: random.pick(["#general", "#ops", "#sales"]), text },
  };
}
