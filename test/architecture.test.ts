/** Who may import whom (docs/design/architecture.md), and other rules of the house that a machine can keep. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const FOLDERS = ["core", "durable-objects", "worker", "cli"];

interface Import {
  readonly path: string;
  readonly typeOnly: boolean;
}

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => join(folder, file));
}

const files = FOLDERS.flatMap(sources);
const text = new Map(files.map((file) => [file, readFileSync(join(ROOT, file), "utf8")]));

function importsOf(file: string): Import[] {
  const source = text.get(file) ?? "";
  const statements = [...source.matchAll(/^(import|export)\s+(type\s+)?([^"';]*?from\s+)?"([^"]+)";/gm)];
  return statements.map(([, , type, names = "", path = ""]) => ({
    path: path.startsWith(".") ? relative(ROOT, normalize(join(ROOT, dirname(file), path))) : path,
    // `import { type A, type B }` brings in no value either.
    typeOnly: type !== undefined || (names.includes("{") && !/[{,]\s*(?!type\b)[A-Za-z_$*]/.test(names)),
  }));
}

const isFile = (path: string): boolean => FOLDERS.some((folder) => path.startsWith(`${folder}/`));
const valueImports = (file: string): string[] =>
  importsOf(file)
    .filter(({ typeOnly }) => !typeOnly)
    .map(({ path }) => path);

/** From the longest matching prefix: which files its files may take values, and types, from. */
const RULES: readonly {
  readonly from: string;
  readonly values: readonly string[];
  readonly types?: readonly string[];
}[] = [
  { from: "core/", values: ["core/"] },
  { from: "durable-objects/", values: ["durable-objects/", "core/"] },
  { from: "worker/gate/index.ts", values: ["worker/gate/", "durable-objects/tenant.ts"] },
  {
    from: "worker/gate/",
    values: ["worker/gate/", "worker/auditor/", "worker/evaluate/", "worker/reviewer/", "core/"],
    types: ["durable-objects/"],
  },
  { from: "worker/evaluate/", values: ["worker/evaluate/", "core/"] },
  {
    from: "worker/auditor/",
    values: ["worker/auditor/", "worker/reviewer/", "core/"],
    types: ["durable-objects/"],
  },
  // It runs in auditors' browsers: what judges, what verifies, and the look of the approval page.
  {
    from: "worker/verify-page/",
    values: [
      "worker/verify-page/",
      "worker/evaluate/",
      "worker/reviewer/style-",
      "worker/reviewer/hidden-character.ts",
      "core/",
    ],
  },
  { from: "worker/reviewer/", values: ["worker/reviewer/", "core/"] },
  { from: "worker/signer/", values: ["worker/signer/", "core/"] },
  { from: "worker/dispatcher/", values: ["worker/dispatcher/", "core/"] },
  { from: "worker/witness/", values: ["worker/witness/", "core/"] },
  // The host that judges in the gateway judges for policy authors and auditors too.
  { from: "cli/", values: ["cli/", "core/", "worker/evaluate/"] },
  {
    from: "cli/build-verify-page.ts",
    values: ["cli/", "core/", "worker/verify-page/style.ts"],
    types: ["worker/verify-page/"],
  },
];

const ruleOf = (file: string) =>
  RULES.filter(({ from }) => file.startsWith(from)).sort((a, b) => b.from.length - a.from.length)[0];

describe("imports", () => {
  it("are found at all", () => {
    expect(files.length).toBeGreaterThan(80);
    expect(valueImports("worker/gate/submit.ts")).toContain("core/action.ts");
    expect(
      importsOf("worker/gate/submit.ts").some(
        ({ path, typeOnly }) => typeOnly && path === "durable-objects/rpc.ts",
      ),
    ).toBe(true);
  });

  it.each(files)("of %s stay within its layer", (file) => {
    const rule = ruleOf(file);
    const allowed = (prefixes: readonly string[], path: string) =>
      prefixes.some((prefix) => path.startsWith(prefix));
    const strays = importsOf(file)
      .filter(({ path }) => isFile(path))
      .filter(
        ({ path, typeOnly }) =>
          !allowed([...(rule?.values ?? []), ...(typeOnly ? (rule?.types ?? []) : [])], path),
      );
    expect(strays).toEqual([]);
  });

  it("make no cycle", () => {
    const done = new Set<string>();
    const visit = (file: string, trail: readonly string[]): void => {
      if (trail.includes(file))
        throw new Error(`a cycle: ${[...trail.slice(trail.indexOf(file)), file].join(" -> ")}`);
      if (done.has(file)) return;
      for (const next of valueImports(file).filter(isFile)) visit(next, [...trail, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
  });
});

/** Lines of code that match, comments left out. */
const linesWith = (pattern: RegExp, where: (file: string) => boolean): string[] =>
  files.filter(where).flatMap((file) =>
    (text.get(file) ?? "")
      .split("\n")
      .filter((line) => !/^\s*(\/?\*|\/\/)/.test(line) && pattern.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  );

describe("the core", () => {
  const inCore = (file: string) => file.startsWith("core/");

  it("has no clock, no randomness and no network", () => {
    expect(
      linesWith(
        /Date\.now\(|new Date\(\)|Math\.random\(|getRandomValues|\bfetch\(|performance\.now|setTimeout/,
        inCore,
      ),
    ).toEqual([]);
  });

  it("takes only hashing from Node", () => {
    const fromNode = files
      .filter(inCore)
      .flatMap((file) => valueImports(file).filter((path) => path.startsWith("node:")));
    expect([...new Set(fromNode)]).toEqual(["node:crypto"]);
  });
});

describe("the house", () => {
  it("has SQL in statements and schema only", () => {
    const pattern = /\b(SELECT .* FROM|INSERT INTO|DELETE FROM|UPDATE \w+ SET|CREATE TABLE)\b|\.sql\.exec/;
    expect(linesWith(pattern, (file) => !/durable-objects\/(statements|schema)\.ts$/.test(file))).toEqual([]);
  });

  it("calls out from transports only", () => {
    const outside = (file: string) =>
      file.startsWith("worker/") && !file.startsWith("worker/dispatcher/transports/");
    expect(linesWith(/(?<![.\w])fetch\(/, outside)).toEqual([]);
  });

  it("never gives transactionSync an async callback, which would not roll back", () => {
    expect(linesWith(/transactionSync\(\s*async|transaction\(\s*async/, () => true)).toEqual([]);
  });

  it("has no default export but the Workers' entries", () => {
    const entry = (file: string) => /^worker\/[a-z]+\/index\.ts$/.test(file);
    expect(linesWith(/^export default/, (file) => !entry(file))).toEqual([]);
  });

  it("has no dispatcher, signer or secret within the gate's reach", () => {
    expect(
      linesWith(/SEALING_KEY|RECEIPT_SIGNING_KEY|CHECKPOINT_SIGNING_KEY/, (file) =>
        /^(worker\/gate|durable-objects|worker\/evaluate)\//.test(file),
      ),
    ).toEqual([]);
  });
});
