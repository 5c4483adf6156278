/** What was submitted and what was found in it: texts, marks, the e-mail, trees, findings. */
export const STYLE_CONTENT = `
.text { unicode-bidi: isolate; white-space: pre-wrap; overflow-wrap: anywhere; }
.body .text, .source .text, .tree dd > .text { display: block; unicode-bidi: plaintext; }
mark { color: inherit; background: none; border-radius: 0.2em; box-decoration-break: clone; -webkit-box-decoration-break: clone; }
mark.block { background: var(--block-ground); box-shadow: inset 0 -0.13em var(--block); }
mark.warn, mark.defer { background: var(--warn-ground); box-shadow: inset 0 -0.13em var(--warn); }
mark.info { background: var(--info-ground); box-shadow: inset 0 -0.1em var(--info); }
.number {
  display: inline-block;
  min-width: 1.55em;
  padding: 0 0.35em;
  margin-inline-end: 0.25em;
  border-radius: 0.8em;
  font: 700 0.75rem/1.55 var(--sans);
  text-align: center;
  text-decoration: none;
  background: var(--warn);
  color: var(--number-ink);
  user-select: none;
  -webkit-user-select: none;
}
mark.block .number, .number.block { background: var(--block); }
mark.info .number, .number.info { background: var(--info); }
.whole { display: inline-block; margin-inline-end: 0.4rem; font-size: 0.875rem; }
.whole mark { padding: 0.05em 0.3em; }
.hidden {
  padding: 0 0.2em;
  border-radius: 0.25em;
  font: 600 0.84em/1.4 var(--mono);
  unicode-bidi: isolate;
  direction: ltr;
  color: var(--hidden);
  background: var(--hidden-ground);
}
.look-alike { text-decoration: underline wavy var(--hidden) 0.08em; text-underline-offset: 0.25em; }
.look-alike-note { margin-inline-start: 0.35em; vertical-align: 0.08em; color: var(--hidden); background: var(--hidden-ground); font-size: 0.75rem; white-space: normal; }

.columns h2 { margin-bottom: 0.6rem; }
.mail, .paper {
  background: var(--paper);
  border: 1px solid var(--line);
  border-radius: 0.875rem;
  box-shadow: var(--shadow);
}
.paper { padding: 1rem 1.125rem; }
.envelope { padding: 0.875rem 1.125rem; border-bottom: 1px solid var(--line); }
.envelope > div { display: grid; grid-template-columns: min(4.75rem, 30%) minmax(0, 1fr); gap: 0.75rem; padding: 0.15rem 0; align-items: baseline; }
.envelope dt { font-size: 0.875rem; color: var(--quiet); }
.envelope .subject dd { font-weight: 650; font-size: 1.0625rem; }
.addresses { display: flex; flex-wrap: wrap; gap: 0.1rem 1rem; }
.mail > section { padding: 0.875rem 1.125rem 1.125rem; }
.mail > section + section { border-top: 1px solid var(--line); }
.mail h3 { margin-bottom: 0.4rem; }
.body.text { max-width: 46rem; }
.body.html { margin-top: 0.5rem; padding: 0.75rem 0.875rem; border-radius: 0.625rem; background: var(--sunk); line-height: 1.6; }
.note { font-size: 0.875rem; color: var(--quiet); }
.mail > .note { padding: 1rem 1.125rem; }
.attachments li + li { margin-top: 0.75rem; }

.tree > div { padding: 0.3rem 0; }
.tree > div + div { border-top: 1px solid var(--line); }
.tree dt { font: 600 0.8125rem/1.5 var(--mono); color: var(--quiet); }
.tree .tree { padding-inline-start: 0.75rem; border-inline-start: 2px solid var(--line); }
/* Nesting goes 64 levels deep: from here on the line alone tells the level. */
.tree .tree .tree .tree .tree .tree { padding-inline-start: 0.125rem; }
.tree.list > div { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 0.5rem; align-items: baseline; }
.tree.list > div + div { border-top: 0; }
.tree.list > div > dt { min-width: 0.75rem; font-weight: 400; }
.literal { font-family: var(--mono); font-size: 0.9em; }
.kind { margin-inline-start: 0.5rem; font: 0.75rem var(--sans); }
@media (min-width: 48rem) {
  .columns .tree:not(.list) > div { display: grid; grid-template-columns: minmax(5rem, 9rem) minmax(0, 1fr); gap: 1rem; align-items: baseline; }
  .who .tree:not(.list) > div { grid-template-columns: 3.5rem minmax(0, 1fr); gap: 0.5rem; }
  .columns .tree .tree .tree:not(.list) > div { display: block; }
}

.finding { padding: 0.875rem 1rem; background: var(--paper); border: 1px solid var(--line); border-inline-start: 4px solid var(--warn); border-radius: 0.75rem; }
.finding + .finding { margin-top: 0.75rem; }
.finding.block { border-inline-start-color: var(--block); }
.finding.info { border-inline-start-color: var(--info); }
.finding > * + * { margin-top: 0.4rem; }
.finding-head { display: flex; flex-wrap: wrap; align-items: center; gap: 0.4rem 0.6rem; }
.finding .reason { font-weight: 550; }
.suggestion { font-size: 0.9375rem; color: var(--quiet); }
.places { font-size: 0.9375rem; }
.place { display: flex; gap: 0.35rem; align-items: baseline; padding: 0.3rem 0; min-height: 1.75rem; color: inherit; text-decoration: none; }
.place .number { flex: none; }
.place .excerpt { margin-inline-end: 0.5rem; }
.place:hover .excerpt, .place:hover .where { text-decoration: underline; }
.where { font: 0.8125rem var(--mono); color: var(--quiet); }

.facts { font-size: 0.9375rem; }
.facts > div { display: grid; grid-template-columns: min(8rem, 36%) minmax(0, 1fr); gap: 0.25rem 0.875rem; padding: 0.35rem 0; align-items: baseline; }
.facts > div + div { border-top: 1px solid var(--line); }
.facts > div > dt { color: var(--quiet); font-size: 0.875rem; }
.facts time, .outcome time { font-variant-numeric: tabular-nums; }
.facts code { font-size: 0.8em; }
.facts.wide > div { display: block; }
.relative { color: var(--quiet); }
.outcome .relative { color: inherit; }
.source { padding: 0.75rem 0.875rem; border-radius: 0.625rem; background: var(--sunk); line-height: 1.6; }
@media (min-width: 48rem) {
  .facts.wide > div { display: grid; grid-template-columns: 10rem minmax(0, 1fr); }
}
@media (min-width: 62rem) {
  .facts.columned { columns: 2; column-gap: 2rem; }
  .facts.columned > div { break-inside: avoid; border-top: 0; border-bottom: 1px solid var(--line); }
}
`;
