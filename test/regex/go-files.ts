/** The files that Go tests its `regexp` with (BSD licence, from Debian's golang-*-src): read where they are installed. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fromUtf8 } from "../../core/encoding.ts";

/** The folder, or null where no Go source is installed. */
export function goTestdata(): string | null {
  const root = "/usr/share";
  const versions = readdirSync(root).filter((name) => /^go-\d/.test(name));
  const folders = versions.map((name) => join(root, name, "src/regexp/testdata"));
  return folders.find((folder) => existsSync(join(folder, "re2-search.txt"))) ?? null;
}

export const hasBzcat = (): boolean => spawnSync("bzcat", ["--help"]).error === undefined;

/** One pattern of a re2-*.txt file with its texts and, for each, the lines' four results. */
export interface GoCase {
  readonly pattern: string;
  readonly texts: readonly string[];
  /** By text: whole match, leftmost-first; anywhere, leftmost-first; then both leftmost-longest. Null: no match. */
  readonly results: readonly (readonly (readonly [number, number] | null)[])[];
}

/** Calls back for each pattern. `everyNth`: only those whose number it divides. */
export function readRe2File(path: string, visit: (found: GoCase) => void, everyNth = 1): void {
  const content = path.endsWith(".bz2")
    ? spawnSync("bzcat", [path], { maxBuffer: 256 * 1024 * 1024 }).stdout.toString("utf8")
    : readFileSync(path, "utf8");
  let texts: string[] = [];
  let inTexts = false;
  let pattern: string | null = null;
  let results: (readonly [number, number] | null)[][] = [];
  let number = 0;
  const flush = (): void => {
    if (pattern !== null && number++ % everyNth === 0) visit({ pattern, texts, results });
    pattern = null;
    results = [];
  };
  for (let at = 0; at < content.length; ) {
    const end = content.indexOf("\n", at);
    const line = content.slice(at, end < 0 ? content.length : end);
    at = end < 0 ? content.length : end + 1;
    if (line === "strings") {
      flush();
      texts = [];
      inTexts = true;
    } else if (line === "regexps") inTexts = false;
    else if (line.startsWith('"')) {
      if (inTexts) texts.push(unquoted(line));
      else {
        flush();
        pattern = unquoted(line);
      }
    } else if (/^[-0-9]/.test(line)) results.push(number % everyNth === 0 ? line.split(";").map(spanOf) : []);
  }
  flush();
}

function spanOf(result: string): readonly [number, number] | null {
  const found = /^(\d+)-(\d+)/.exec(result);
  return found && [Number(found[1]), Number(found[2])];
}

/** As strconv.Unquote. */
function unquoted(line: string): string {
  const bytes: number[] = [];
  const body = line.slice(1, -1);
  const encoder = new TextEncoder();
  for (let at = 0; at < body.length; ) {
    const found = /^\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|([0-7]{3})|(.))/i.exec(
      body.slice(at, at + 10),
    );
    if (found === null) {
      const char = String.fromCodePoint(body.codePointAt(at) as number); // in range
      bytes.push(...encoder.encode(char));
      at += char.length;
      continue;
    }
    const [whole, hex, short, long, octal, letter] = found;
    if (hex !== undefined) bytes.push(Number.parseInt(hex, 16));
    else if (octal !== undefined) bytes.push(Number.parseInt(octal, 8));
    else if (letter !== undefined) bytes.push(...encoder.encode(LETTERS[letter] ?? letter));
    else bytes.push(...encoder.encode(String.fromCodePoint(Number.parseInt((short ?? long) as string, 16))));
    at += whole.length;
  }
  return fromUtf8(Uint8Array.from(bytes));
}

const LETTERS: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  f: "\f",
  v: "\v",
  a: "\x07",
  b: "\b",
};

/** One line of a Fowler file (*.dat): leftmost-longest. */
export interface FowlerCase {
  readonly pattern: string;
  readonly text: string;
  readonly span: readonly [number, number];
}

export function readFowlerFile(path: string): FowlerCase[] {
  const cases: FowlerCase[] = [];
  let last = "";
  for (const line of readFileSync(path, "utf8").split("\n")) {
    const [flags, second, third, fourth] = line.split(/\t+/);
    if (flags === undefined || second === undefined || third === undefined || fourth === undefined) continue;
    const pattern = second === "SAME" ? last : second;
    last = pattern;
    const span = /^\((\d+),(\d+)\)/.exec(fourth);
    if (!/E/.test(flags) || /[$i]/.test(flags) || span === null) continue;
    cases.push({ pattern, text: third === "NULL" ? "" : third, span: [Number(span[1]), Number(span[2])] });
  }
  return cases;
}
