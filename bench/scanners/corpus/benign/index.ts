/** Messages that nobody should stop: generated ones, and those that were written by hand. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Benign, Json } from "../model.ts";
import { Random } from "../random.ts";
import { identifier } from "./identifiers.ts";
import { chatMessage, foreignMail, topicMail } from "./mails.ts";
import { toolCall } from "./tools.ts";

const SHARES: readonly (readonly [number, (random: Random, index: number) => Benign])[] = [
  [0.4, topicMail],
  [0.08, foreignMail],
  [0.07, chatMessage],
  [0.35, toolCall],
  [0.1, identifier],
];

interface Written {
  readonly surface: string;
  readonly payload: Json;
}

function handWritten(): Benign[] {
  const folder = import.meta.dirname;
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return files.sort().flatMap((file) => {
    const messages: readonly Written[] = JSON.parse(readFileSync(join(folder, file), "utf8"));
    const group = `by hand: ${file.replace(".json", "")}`;
    return messages.map((message, index) => ({ id: `${file}/${index}`, group, ...message }));
  });
}

export function benign(seed: string, count: number): Benign[] {
  const made = SHARES.flatMap(([share, make]) => {
    const random = new Random(`${seed}/benign/${make.name}`);
    return Array.from({ length: Math.round(share * count) }, (_, index) => make(random, index));
  });
  return [...handWritten(), ...made];
}
