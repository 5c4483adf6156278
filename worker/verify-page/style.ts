/** The page's stylesheet: the colours and elements of the approval page, and its own layout from 320 px on. */
import { STYLE_BASE } from "../reviewer/style-base.ts";
import { STYLE_TOKENS } from "../reviewer/style-tokens.ts";

const STYLE_OWN = `
[hidden] { display: none !important; }
.top { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 1.25rem; padding: 0.75rem clamp(1rem, 4vw, 2.5rem); border-bottom: 1px solid var(--line); background: var(--paper); }
.brand { display: inline-flex; align-items: center; gap: 0.55rem; font-weight: 700; letter-spacing: -0.01em; }
.seal { width: 1.35rem; height: 1.35rem; border-radius: 50%; border: 2.5px solid var(--approve); background: radial-gradient(circle, var(--approve) 0 32%, transparent 36%); }
main { max-width: 60rem; margin: 0 auto; padding: clamp(1.25rem, 3.5vw, 2.5rem) clamp(1rem, 4vw, 2.5rem) 2rem; }
main > .lead { margin-top: 0.4rem; max-width: 44rem; }
main > .alert { margin-top: 1.25rem; }
#handed-over { border-inline-start-color: var(--info); background: var(--info-ground); }
form, .working, #result { margin-top: 1.5rem; }
form { display: grid; gap: 1rem; grid-template-columns: minmax(0, 1fr); }
.step { padding: 1rem 1.125rem; background: var(--paper); border: 1px solid var(--line); border-radius: 0.875rem; box-shadow: var(--shadow); }
.step > * + * { margin-top: 0.6rem; }
details.step summary { padding: 0; color: inherit; }
details.step summary h2 { display: inline; }
details.step[open] summary { margin-bottom: 0.6rem; }
.hint { font-size: 0.875rem; color: var(--quiet); }
.drop { position: relative; display: grid; place-items: center; gap: 0.5rem; padding: 1.125rem 1rem; text-align: center; border: 1.5px dashed var(--edge); border-radius: 0.75rem; font-weight: 550; cursor: pointer; }
.drop.over { background: var(--info-ground); border-style: solid; }
.drop input { position: absolute; width: 1px; height: 1px; opacity: 0; }
.drop:focus-within { outline: 3px solid var(--focus); outline-offset: 2px; }
.drop:hover { background: var(--sunk); }
.choose { display: inline-block; padding: 0.4rem 0.875rem; margin-inline-end: 0.35rem; font-weight: 600; background: var(--sunk); border: 1.5px solid var(--edge); border-radius: 0.5rem; }
.files:empty { display: none; }
.files { display: grid; gap: 0.35rem; grid-template-columns: minmax(0, 1fr); }
.files li { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 0.75rem; padding: 0.25rem 0.25rem 0.25rem 0.75rem; border-radius: 0.5rem; background: var(--sunk); font-size: 0.9375rem; }
.files .size { color: var(--quiet); font-variant-numeric: tabular-nums; }
.files button { margin-inline-start: auto; }
.field-fault { color: var(--block); font-weight: 550; }
.go { display: flex; flex-wrap: wrap; gap: 0.6rem 0.75rem; align-items: center; }
.go .field-fault { flex-basis: 100%; }
.go .approve { min-width: 10rem; }
.working { display: grid; gap: 0.6rem; justify-items: start; }
progress { width: 100%; height: 0.6rem; accent-color: var(--approve); }
#result { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.25rem; }
#result:focus { outline: none; }
.verdicts { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.75rem; }
.verdict { padding: 1rem 1.125rem; border-radius: 0.875rem; border-inline-start: 6px solid var(--edge); background: var(--sunk); }
.verdict > * + * { margin-top: 0.4rem; }
.verdict .word { font-size: 1.25rem; font-weight: 700; letter-spacing: 0.01em; }
.verdict.good { border-color: var(--good); background: var(--good-ground); }
.verdict.good .word { color: var(--good); }
.verdict.bad { border-color: var(--block); background: var(--block-ground); }
.verdict.bad .word { color: var(--block); }
.verdict.open { border-color: var(--warn); background: var(--warn-ground); }
.verdict.open .word { color: var(--warn); }
.damage li { padding-block: 0.2rem; }
.damage b { font-weight: 650; }
.save { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; }
.checks { display: grid; grid-template-columns: minmax(0, 1fr); margin-top: 0.5rem; }
.checks > li { display: grid; grid-template-columns: 1.75rem minmax(0, 1fr); gap: 0.1rem 0.25rem; padding: 0.5rem 0; border-top: 1px solid var(--line); }
.checks.dense > li { padding: 0.15rem 0; border-top: 0; }
.checks .name { color: var(--ink); }
.checks .mark { font-weight: 700; text-align: center; }
.checks .ok .mark { color: var(--good); }
.checks .failed .mark, .checks .failed .status { color: var(--block); }
.checks .warning .mark, .checks .warning .status { color: var(--warn); }
.checks .name { font-weight: 600; }
.checks .status { margin-inline-start: 0.5rem; font-size: 0.8125rem; color: var(--quiet); font-weight: 600; }
.checks .compared { font-size: 0.9375rem; color: var(--quiet); overflow-wrap: anywhere; }
.faults { margin-top: 0.3rem; padding-inline-start: 0.75rem; border-inline-start: 2px solid var(--block); font-size: 0.9375rem; }
.warning .faults { border-color: var(--warn); }
.faults li { padding-block: 0.1rem; }
.faults .place { font: 600 0.8125rem/1.5 var(--mono); margin-inline-end: 0.4rem; }
.notes { margin-top: 0.6rem; font-size: 0.9375rem; color: var(--quiet); }
.decision-card { border-top: 1px solid var(--line); }
.decision-card > summary { display: flex; flex-wrap: wrap; gap: 0.25rem 0.6rem; align-items: baseline; padding: 0.55rem 0; color: inherit; }
.decision-card > summary::before { content: "▸"; color: var(--quiet); }
.decision-card[open] > summary::before { content: "▾"; }
.badge.MATCH { background: var(--good-ground); color: var(--good); }
.badge.MISMATCH { background: var(--block-ground); color: var(--block); }
.badge.UNVERIFIABLE { background: var(--warn-ground); color: var(--warn); }
.differ { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.15rem; font: 0.8125rem/1.5 var(--mono); }
.hidden-char { padding: 0 0.2em; border-radius: 0.25em; font: 600 0.84em/1.4 var(--mono); color: var(--hidden); background: var(--hidden-ground); }
.facts > div { display: grid; grid-template-columns: minmax(0, 1fr); padding: 0.35rem 0; border-top: 1px solid var(--line); font-size: 0.9375rem; }
.facts dt { font-weight: 600; }
.facts dd { color: var(--quiet); }
footer { max-width: 60rem; margin: 0 auto; padding: 0 clamp(1rem, 4vw, 2.5rem) 2.5rem; font-size: 0.875rem; color: var(--quiet); }
bdi { unicode-bidi: isolate; overflow-wrap: anywhere; }
@media (min-width: 48rem) {
  .verdicts { grid-template-columns: repeat(2, minmax(0, 1fr)); align-items: start; }
  .verdicts > :only-child { grid-column: 1 / -1; }
  .facts > div { grid-template-columns: 14rem minmax(0, 1fr); gap: 1rem; }
}
@media (forced-colors: active) { .verdict, .hidden-char { border: 1px solid currentcolor; } }
`;

export const STYLE = `${STYLE_TOKENS}${STYLE_BASE}${STYLE_OWN}`;
