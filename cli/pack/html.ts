/** The readable summary of an evidence pack: one page without scripts, for reading and for printing. */
import { html, raw } from "hono/html";
import type { Report } from "../../core/ledger/report.ts";
import { type Control, type Framework, TOPICS } from "../../core/pack/frameworks.ts";
import type { EntryLine, PackSummary, TopicSummary } from "../../core/pack/summary.ts";
import { visible } from "../output.ts";

export interface ReplayCounts {
  readonly MATCH: number;
  readonly MISMATCH: number;
  readonly UNVERIFIABLE: number;
}

export interface SummaryPage {
  readonly summary: PackSummary;
  readonly frameworks: readonly Framework[];
  readonly report: Report;
  readonly keyIds: readonly string[];
  readonly replay: ReplayCounts | null;
}

/** Entries of one topic that are listed; all of them stand in entries.jsonl and summary.json. */
const LISTED_MAX = 200;

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 62rem; padding: 1.5rem; color: #1a1a1a; background: #fff }
h1 { font-size: 1.6rem } h2 { margin-top: 2.5rem; font-size: 1.25rem; border-bottom: 1px solid #ccc } h3 { font-size: 1.05rem }
table { border-collapse: collapse; width: 100%; font-size: .9rem } th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #ddd }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums } code { font-size: .85em; overflow-wrap: anywhere }
.ok { color: #0a6b2d } .bad { color: #a8071a; font-weight: 600 } .quiet { color: #555 }
@media print { body { max-width: none; padding: 0 } h2 { break-after: avoid } tr { break-inside: avoid } }
`;

export async function summaryPage({
  summary,
  frameworks,
  report,
  keyIds,
  replay,
}: SummaryPage): Promise<string> {
  const { log, from, to, began, ended, byType, byDecision, byRule, topics } = summary;
  const failed = report.checks.filter(({ status }) => status === "failed");
  const page = await html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Evidence from ${visible(log)}, entries ${from} to ${to}</title><style>${raw(STYLE)}</style></head><body>
<h1>Evidence from the log <code>${visible(log)}</code></h1>
<p>Entries ${from} to ${to}${began === null ? "" : html`, ${began} to ${ended}`}.</p>
<p>${
    failed.length === 0
      ? html`<span class="ok">Verified:</span> every entry stands under a checkpoint signed with a key that was given: ${keyIds.map((id) => html`<code>${id}</code> `)}`
      : html`<span class="bad">Not verified:</span> ${failed.map(({ id }) => id).join(", ")} failed; verification.json says where.`
  }</p>
${replayLine(replay)}
<p class="quiet">Everything on this page is computed from <code>entries.jsonl</code>; README.txt says how to do it again without trusting whoever made this pack. It names controls as their frameworks do and says what entries show: whether a control is met is for an auditor to say.</p>
<h2>In figures</h2>
${counts("Decisions", byDecision)}
${counts("Entries", byType)}
${
  byRule.length === 0
    ? ""
    : html`<h3>Rules that fired</h3><table><tr><th>Policy</th><th>Rule</th><th class="n">Decisions</th></tr>${byRule.map(
        ({ policy, rule, decisions }) =>
          html`<tr><td>${visible(policy)}</td><td>${visible(rule)}</td><td class="n">${decisions}</td></tr>`,
      )}</table>`
}
<h2>By framework</h2>
${frameworks.map((framework) => frameworkTable(framework, topics))}
<h2>Entries</h2>
${topics.filter(({ entries }) => entries.length > 0).map(topicTable)}
</body></html>
`;
  return page.toString();
}

function replayLine(replay: ReplayCounts | null) {
  if (replay === null)
    return html`<p>The pack holds no evidence of what decisions were made from, so none was made again.</p>`;
  const { MATCH, MISMATCH, UNVERIFIABLE } = replay;
  const how =
    MISMATCH > 0 ? html`<span class="bad">Replayed:</span>` : html`<span class="ok">Replayed:</span>`;
  return html`<p>${how} ${MATCH} decisions came out the same to the byte, ${MISMATCH} otherwise; of ${UNVERIFIABLE} what they were made from is not here.</p>`;
}

const counts = (title: string, by: Readonly<Record<string, number>>) =>
  html`<h3>${title}</h3><table>${Object.entries(by).map(
    ([name, count]) => html`<tr><td>${visible(name)}</td><td class="n">${count}</td></tr>`,
  )}</table>`;

const anchor = (topic: string): string => `topic-${topic}`;

const frameworkTable = ({ name, controls }: Framework, topics: readonly TopicSummary[]) =>
  html`<h3>${name}</h3><table><tr><th>Control</th><th>What it is about</th><th>What entries show</th></tr>${controls.map(
    (control) =>
      html`<tr><td>${control.id}</td><td>${control.title}</td><td>${shown(control, topics)}</td></tr>`,
  )}</table>`;

const shown = ({ topics: wanted }: Control, topics: readonly TopicSummary[]) =>
  wanted.map((topic) => {
    const count = topics.find((one) => one.topic === topic)?.entries.length ?? 0;
    const { title } = TOPICS[topic];
    if (topic === "integrity") return html`<div>${title}: every entry</div>`;
    return count === 0
      ? html`<div class="quiet">${title}: none in this range</div>`
      : html`<div><a href="#${anchor(topic)}">${title}</a>: ${count}</div>`;
  });

function topicTable({ topic, entries }: TopicSummary) {
  const { title, shows } = TOPICS[topic];
  const more = entries.length - LISTED_MAX;
  return html`<h3 id="${anchor(topic)}">${title} (${entries.length})</h3><p>Each shows ${shows}.</p>
<table><tr><th class="n">Entry</th><th>Time</th><th>About</th><th>Says</th></tr>${entries.slice(0, LISTED_MAX).map(entryRow)}</table>${
    more > 0 ? html`<p class="quiet">${more} more in summary.json.</p>` : ""
  }`;
}

const entryRow = ({ index, time, subject, says }: EntryLine) =>
  html`<tr><td class="n">${index}</td><td>${visible(time)}</td><td><code>${visible(subject)}</code></td><td>${visible(says)}</td></tr>`;
