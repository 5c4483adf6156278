/** The figures as a table, and misses with their text, for a terminal and for docs/scanners.md. */
import { toMarkdown, toText } from "../report.ts";
import { LEVELS } from "./corpus/model.ts";
import type { BenignMeasured, FalseAlarm, Measured, Miss, Row, Tally } from "./measure.ts";

type Table = string[][];

const percent = ({ found, all }: Tally): string => (all === 0 ? "-" : ((found / all) * 100).toFixed(1));

const GOALS = { plain: 0.99, one: 0.95, two: 0.85 } as const;

export const isBelow = ({ recall }: Row): boolean =>
  LEVELS.some((level) => recall[level].found < GOALS[level] * recall[level].all);

function cells({ policy, entity, recall, placed, wrong, precision }: Row): string[] {
  return [
    `${policy}: ${entity}`,
    String(recall.plain.all + recall.one.all + recall.two.all),
    ...LEVELS.map((level) => percent(recall[level])),
    percent(precision),
    `${wrong.found}/${wrong.all}`,
    percent(placed),
  ];
}

const HEAD = ["entity", "n", "plain", "one", "two", "precision", "false/near", "placed"];

const plus = (left: Tally, right: Tally): Tally => ({
  found: left.found + right.found,
  all: left.all + right.all,
});

export function sumOf(policy: string, rows: readonly Row[]): Row {
  const none: Tally = { found: 0, all: 0 };
  const total = (of: (row: Row) => Tally): Tally => rows.map(of).reduce(plus, none);
  return {
    policy,
    entity: "all",
    recall: {
      plain: total(({ recall }) => recall.plain),
      one: total(({ recall }) => recall.one),
      two: total(({ recall }) => recall.two),
    },
    placed: total(({ placed }) => placed),
    wrong: total(({ wrong }) => wrong),
    precision: total(({ precision }) => precision),
  };
}

export function recallTable({ rows }: Measured): Table {
  const policies = [...new Set(rows.map(({ policy }) => policy))];
  const sums = policies.map((policy) =>
    sumOf(
      policy,
      rows.filter((row) => row.policy === policy),
    ),
  );
  return [HEAD, ...rows.map(cells), ...sums.map(cells)];
}

/** Recall of the evaded cases by evasion, of those that are found plain. */
export function evasionTable({ misses }: Measured, cases: ReadonlyMap<string, number>): Table {
  const missed = new Map<string, number>();
  for (const { case: positive, alsoPlain } of misses) {
    if (alsoPlain) continue;
    for (const evasion of new Set(positive.evasions)) {
      const key = `${positive.level} ${evasion}`;
      missed.set(key, (missed.get(key) ?? 0) + 1);
    }
  }
  const names = [...new Set([...cases.keys()].map((key) => key.split(" ")[1] ?? ""))];
  const share = (level: string, name: string): string => {
    const all = cases.get(`${level} ${name}`) ?? 0;
    return percent({ found: all - (missed.get(`${level} ${name}`) ?? 0), all });
  };
  return [["evasion", "one", "two"], ...names.map((name) => [name, share("one", name), share("two", name)])];
}

export function benignTable({ all, blocked, held, byRule }: BenignMeasured): Table {
  const share = (found: number): string[] => [String(found), ((found / all) * 100).toFixed(2)];
  const rules = [...byRule].sort(([, left], [, right]) => right - left);
  return [
    ["benign messages", "n", "%"],
    ["all", ...share(all)],
    ["blocked", ...share(blocked)],
    ["held", ...share(held)],
    ...rules.map(([rule, count]) => [rule, ...share(count)]),
  ];
}

/** Characters that nobody sees, made visible. */
const visible = (text: string): string =>
  text.replace(
    /[\p{Cf}\p{Mn}\u00a0\u2000-\u200a\u202f\u3000]/gu,
    (char) => `<${(char.codePointAt(0) ?? 0).toString(16)}>`,
  );

const SHOWN_MAX = 400;
const cut = (text: string): string => (text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text);

/** Only the members in which the value stands. */
function fieldsOf({ payload, places }: Miss["case"]): string {
  return places
    .map(({ pointer, start, end }) => {
      const value = pointer
        .split("/")
        .slice(1)
        .reduce((at: unknown, name) => (at as Record<string, unknown>)[name], payload);
      const text = String(value);
      const from = Math.max(0, start - 60);
      return `${pointer}: ${cut(visible(`${text.slice(from, start)}⟦${text.slice(start, end)}⟧${text.slice(end, end + 60)}`)).replaceAll("\n", "⏎")}`;
    })
    .join("\n      ");
}

export function showMiss({ case: positive, others, alsoPlain }: Miss): string {
  const evasions = positive.evasions.join(" + ") + (alsoPlain ? ", plain too" : "");
  const how = positive.level === "plain" ? "plain" : evasions;
  const instead = others.length === 0 ? "" : `   [fired: ${[...new Set(others)].join(", ")}]`;
  return `  - ${positive.entity} (${how})${instead}\n      ${fieldsOf(positive)}`;
}

export function showFalseAlarm({ message, findings }: FalseAlarm): string {
  const rules = [
    ...new Set(findings.map(({ policy, rule, severity }) => `${policy}/${rule} ${severity}`)),
  ].join(", ");
  const [first] = findings;
  const marked = first?.pointer === undefined ? "" : ` at ${first.part}${first.pointer}`;
  const text = textAt(message.payload, first?.pointer ?? "");
  const { start = 0, end = text.length } = first ?? {};
  const from = Math.max(0, start - 80);
  const around = `${text.slice(from, start)}⟦${text.slice(start, end)}⟧${text.slice(end, end + 80)}`;
  return `  - ${message.id}: ${rules}${marked}\n      ${cut(visible(around)).replaceAll("\n", "⏎")}`;
}

function textAt(payload: unknown, pointer: string): string {
  const value = pointer
    .split("/")
    .slice(1)
    .reduce((at: unknown, name) => (at as Record<string, unknown> | undefined)?.[name], payload);
  return typeof value === "object" || value === undefined ? JSON.stringify(value ?? payload) : String(value);
}

export { toMarkdown, toText };
