/** The files of a new policy: small, working, and commented for someone who has never seen one. */
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { UsageError } from "../output.ts";
import { writeEditorFile } from "./editor.ts";

export interface Scaffolded {
  /** Absolute. */
  readonly folder: string;
  readonly name: string;
  /** Relative to the folder. */
  readonly files: readonly string[];
}

/** Throws a UsageError where the folder has anything in it, or no name can be made. */
export async function scaffold(folder: string, wantedName: string | undefined): Promise<Scaffolded> {
  const path = resolve(folder);
  const found = await readdir(path).catch(() => []);
  if (found.length > 0) {
    throw new UsageError(`${folder} is not empty`, "Give a folder that does not exist yet, or an empty one.");
  }
  const name = nameOf(wantedName ?? basename(path), wantedName !== undefined);
  const files = { "index.ts": INDEX, "manifest.json": manifestOf(name), ...CASES, ...around(name) };
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, file)), { recursive: true });
    await writeFile(join(path, file), text);
  }
  await writeEditorFile(path);
  return { folder: path, name, files: Object.keys(files) };
}

const NAME = /^[a-z][a-z0-9-]{0,63}$/;

function nameOf(text: string, given: boolean): string {
  const name = given
    ? text
    : text
        .toLowerCase()
        .replace(/[^a-z0-9-]+/g, "-")
        .replace(/^[^a-z]+|-+$/g, "");
  if (NAME.test(name)) return name;
  throw new UsageError(
    given ? `${text} is no name for a policy` : `no name can be made of ${text}`,
    "Give one with --name: lower-case letters, digits and hyphens, a letter first, 64 at most.",
  );
}

const INDEX = `// A policy has two functions. \`configure\` reads the settings, once. \`evaluate\` judges one action and says which
// rules of manifest.json fired, and where. It has no clock, no network, no randomness and no memory of an earlier
// call, so the same settings and the same action always get the same answer.
//
// The language is AssemblyScript: TypeScript's syntax, with i32 and bool instead of number and boolean.

import { Input, reading, refuse, reportSpan, Settings } from "countersign/sdk";
import { Folded } from "countersign/sdk/folded";

// Settings live in globals: they are there again, unchanged, for every action.
let words: Folded[] = [];

export function configure(settings: Settings): void {
  const list = settings.texts("words"); // a list of strings, none empty; anything else refuses the settings
  for (let item = list.first; item.exists; item = item.next) words.push(new Folded(item));
  // Without words the policy would find nothing, and nobody would notice. Better not to start at all.
  if (words.length == 0) refuse("words must name at least one word");
}

export function evaluate(_input: Input): void {
  // Every text of the action as a person will read it: look-alikes as plain letters, nothing invisible, decoded, in lower
  // case. All of it is one stretch of bytes, all.folded. The manifest asks for it: "reading": "reads".
  const all = reading();
  for (let at = 0; at < all.size; at++) {
    for (let i = 0; i < words.length; i++) {
      const word = words[i];
      // The id is one of manifest.json's rules. The span becomes the place where it was written; never the text itself.
      if (word.standsAt(all, at)) reportSpan("INTERNAL_WORD", at, at + word.size);
    }
  }
}
`;

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const manifestOf = (name: string): string =>
  json({
    abi: "countersign-policy/1",
    name,
    version: "0.1.0",
    description: "Words that must not leave the house.",
    settings: {
      type: "object",
      properties: {
        words: { type: "array", minItems: 1, items: { type: "string", minLength: 1, maxLength: 100 } },
      },
      required: ["words"],
      additionalProperties: false,
    },
    memory_pages: 4,
    reading: "reads",
    rules: [
      {
        id: "INTERNAL_WORD",
        severity: "block",
        reason: "A word that is for inside the house only",
        suggestion: "Leave it out, or say it in other words",
      },
    ],
  });

const caseOf = (name: string, text: string, expected: unknown): string =>
  json({
    name,
    settings: { words: ["bluebird"] },
    action: { surface: "outbound.email", payload: { subject: "News", text } },
    expect: expected,
  });

const CASES: Readonly<Record<string, string>> = {
  "cases/an-internal-word.json": caseOf("an internal word", "Project bluebird ships in May.", {
    decision: "block",
    rules: ["INTERNAL_WORD"],
    spans: [{ rule: "INTERNAL_WORD", pointer: "/text", start: 8, end: 16 }],
  }),
  "cases/in-capitals.json": caseOf("in capitals", "BLUEBIRD", {
    decision: "block",
    rules: ["INTERNAL_WORD"],
  }),
  "cases/in-disguise.json": caseOf("in disguise", "The bl\u{200b}ue&#98;\u{456}rd.", {
    decision: "block",
    rules: ["INTERNAL_WORD"],
    spans: [{ rule: "INTERNAL_WORD", pointer: "/text", start: 4, end: 17 }],
  }),
  "cases/nothing-internal.json": caseOf("nothing internal", "A blue bird sang.", {
    decision: "allow",
    rules: [],
  }),
  "cases/no-words.json": json({
    name: "no words to look for",
    settings: { words: [] },
    action: { surface: "outbound.email", payload: { text: "Hello." } },
    expect: { error: "POLICY_SETTINGS_REFUSED" },
  }),
};

const around = (name: string): Readonly<Record<string, string>> => ({
  "README.md": `# ${name}

Blocks what contains one of \`words\`, in whatever case and disguise.

    countersign policy build             # compile, and check as the gateway does
    countersign policy test --watch      # the cases, again after each change
    countersign policy run . action.json --settings '{"words": ["bluebird"]}'
    countersign policy bench             # time and fuel of one evaluation
    countersign policy publish           # to a gateway
`,
  // The paths to the compiler's and the SDK's types differ from machine to machine; every build writes them anew.
  "tsconfig.json": json({ extends: "./build/tsconfig.json", include: ["**/*.ts"], exclude: ["build"] }),
  ".gitignore": "build/\n",
});
