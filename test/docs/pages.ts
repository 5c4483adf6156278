/**
 * The pages, and the fenced blocks in them. The words after a fence's language say what a test does with it:
 *
 *   sh run              runs in order, all of a page in one shell and one folder
 *   <any> write <path>  is written to that file, in order with the shell blocks
 *   json prints         is held against what the block before printed
 *   json <name>.json    is held against the file of that name, which a block before wrote
 *   json payload resend, json refused resend, json target webhook, json manifest, json case, json settings ...
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "../..");

export interface Block {
  readonly line: number;
  readonly language: string;
  readonly words: readonly string[];
  readonly text: string;
}

export interface Page {
  /** From the repository's root. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
}

export function readPage(path: string): Page {
  const text = readFileSync(join(ROOT, path), "utf8");
  const blocks = [...text.matchAll(/^```(\w*)([^\n]*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    line: text.slice(0, match.index).split("\n").length,
    language: match[1] ?? "",
    words: (match[2] ?? "").split(" ").filter((word) => word !== ""),
    text: match[3] ?? "",
  }));
  return { path, text, blocks };
}

const markdown = (folder: string): string[] =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(".md"))
    .sort()
    .map((name) => join(folder, name));

/** All but the wire formats, which have tests of their own beside this one. */
export const GUIDES = [...markdown("."), ...markdown("docs"), ...markdown("docs/design")];
export const PAGES = [...GUIDES, ...markdown("docs/spec")];

/** The rows of the table below a heading, cell by cell, without its head. */
export function tableRows(page: Page, heading: string, first: string): string[][] {
  const [, section = ""] = page.text.split(`\n${heading}\n`);
  const [, table = ""] = section.split(new RegExp(`^\\| ${first} \\|.*\\n\\|[-| ]+\\n`, "m"));
  return table
    .split("\n\n", 1)
    .join("")
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

export const codesIn = (cell = ""): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
