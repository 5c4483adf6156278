/** For those who write a policy: each entity below its goal, with examples of what was missed. */
import type { BenignMeasured, Measured, Miss } from "./measure.ts";
import { isBelow, recallTable, showFalseAlarm, showMiss, toText } from "./show.ts";

const EXAMPLES_MAX = 5;
const EVASION_EXAMPLES_MAX = 12;

const ORDER = { plain: 0, one: 2, two: 3 } as const;
/** Plain misses first, then those that no evasion is to blame for: they are the policy's own. */
const orderOf = ({ case: { level }, alsoPlain }: Miss): number =>
  level !== "plain" && alsoPlain ? 1 : ORDER[level];

function pageOf(
  policy: string,
  { rows, misses, falseAlarms }: Measured,
  benign: BenignMeasured | null,
): string {
  const own = rows.filter((row) => row.policy === policy);
  const parts = [
    `# ${policy}`,
    "```",
    toText(recallTable({ rows: own, misses: [], falseAlarms: [], without: [] })),
    "```",
  ];
  for (const row of own) {
    const missed = misses
      .filter(({ case: { policy: name, entity } }) => name === policy && entity === row.entity)
      .sort((left, right) => orderOf(left) - orderOf(right));
    const wrong = falseAlarms.filter(
      ({ message }) => "entity" in message && message.policy === policy && message.entity === row.entity,
    );
    if (missed.length > 0 && (isBelow(row) || missed[0]?.case.level === "plain")) {
      parts.push(`## ${row.entity}: ${missed.length} missed`, ...missed.slice(0, EXAMPLES_MAX).map(showMiss));
    }
    if (wrong.length > 0) {
      parts.push(
        `## ${row.entity}: found where nothing is, ${wrong.length}`,
        ...wrong.slice(0, EXAMPLES_MAX).map(showFalseAlarm),
      );
    }
  }
  return `${[...parts, ...stoppedBy(policy, benign)].join("\n")}\n`;
}

/** Benign messages that the policy stops, by rule. */
function stoppedBy(policy: string, benign: BenignMeasured | null): string[] {
  const byRule = new Map<string, string[]>();
  for (const alarm of benign?.falseAlarms ?? []) {
    const findings = alarm.findings.filter((found) => found.policy === policy);
    const [first] = findings;
    if (first === undefined) continue;
    const key = `${first.rule} ${first.severity}`;
    byRule.set(key, [...(byRule.get(key) ?? []), showFalseAlarm({ ...alarm, findings })]);
  }
  return [...byRule].flatMap(([rule, shown]) => [
    `## benign messages stopped by ${rule}: ${shown.length} of ${benign?.all}`,
    ...shown.slice(0, EXAMPLES_MAX),
  ]);
}

/** Evasions that few survive, with examples of every policy: for whoever reads the text first. */
function evasionPage(
  { misses }: Measured,
  benign: BenignMeasured | null,
  evasions: readonly (readonly string[])[],
): string {
  const parts = ["# by evasion", "```", toText(evasions.map((row) => [...row])), "```"];
  for (const [name = ""] of evasions.slice(1)) {
    const missed = misses.filter(
      ({ case: { evasions: used, level }, alsoPlain }) => !alsoPlain && level === "one" && used[0] === name,
    );
    if (missed.length === 0) continue;
    const spread = missed.filter((_, index) => index % Math.ceil(missed.length / EVASION_EXAMPLES_MAX) === 0);
    parts.push(`## ${name}: ${missed.length} missed`, ...spread.map(showMiss));
  }
  return `${[...parts, ...stoppedBy("reader", benign)].join("\n")}\n`;
}

export function missPages(
  measured: Measured,
  benign: BenignMeasured | null,
  evasions: readonly (readonly string[])[],
): Map<string, string> {
  const policies = [...new Set(measured.rows.map(({ policy }) => policy))];
  const pages = new Map(policies.map((policy) => [policy, pageOf(policy, measured, benign)]));
  return pages.set("reader", evasionPage(measured, benign, evasions));
}
