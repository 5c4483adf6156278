/** The auditor's page: the search form, the timeline, the proof. The rest is the approval page's. */
export const STYLE_AUDIT = `
select {
  font: inherit;
  width: 100%;
  min-height: 2.75rem;
  padding: 0.5rem 0.75rem;
  color: var(--ink);
  background: var(--paper);
  border: 1.5px solid var(--edge);
  border-radius: 0.625rem;
}
::placeholder { color: var(--quiet); opacity: 1; }
.badge.plain { color: var(--quiet); }
.search { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0.75rem; margin-top: 1rem; padding: 1rem 1.125rem; background: var(--paper); border: 1px solid var(--line); border-radius: 0.875rem; box-shadow: var(--shadow); }
.search > :has([type="datetime-local"], [name="recipient"]), .search-go { grid-column: 1 / -1; }
.search label { font-size: 0.875rem; margin-bottom: 0.2rem; }
.search input, .search select { height: 2.875rem; min-height: 0; min-width: 0; }
.search-go { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 1rem; }
.search-go button { padding-inline: 1.5rem; }
main > .alert { margin-top: 1.25rem; }
.found .byline code { font-size: 0.8rem; }
.more { margin-top: 1rem; }
.timeline { margin-top: 0.75rem; }
.timeline > li { position: relative; padding: 0 0 1.5rem 1.5rem; border-inline-start: 2px solid var(--line); margin-inline-start: 0.4rem; }
.timeline > li:last-child { border-color: transparent; }
.timeline > li::before { content: ""; position: absolute; inset-inline-start: -0.44rem; top: 0.35rem; width: 0.75rem; height: 0.75rem; border-radius: 50%; background: var(--paper); border: 2.5px solid var(--approve); }
.timeline .when { font-size: 0.875rem; color: var(--quiet); font-variant-numeric: tabular-nums; }
.timeline h3 { margin: 0.15rem 0 0.35rem; font-size: 1rem; color: var(--ink); }
.timeline blockquote { padding-inline-start: 0.875rem; border-inline-start: 2px solid var(--edge); }
.entry-number { white-space: nowrap; }
.fired { margin-top: 0.5rem; display: grid; gap: 0.5rem; }
.fired .reason { font-size: 0.9375rem; }
.ran { display: grid; gap: 0.5rem; font-size: 0.9375rem; }
.proof { padding: 1rem 1.125rem; background: var(--paper); border: 1px solid var(--line); border-radius: 0.875rem; box-shadow: var(--shadow); align-self: start; }
.proof > * + * { margin-top: 0.6rem; }
.proof-go { display: grid; gap: 0.5rem; }
.button { display: block; padding: 0.6rem 1rem; text-align: center; font-weight: 600; text-decoration: none; color: var(--ink); border: 1.5px solid var(--edge); border-radius: 0.625rem; }
.button:hover { background: var(--sunk); }
.button.approve { background: var(--approve); color: var(--approve-ink); border-color: transparent; }
.button.approve:hover { background: var(--approve-hover); }
.command { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.command code { font-size: inherit; }
.log-facts { margin-top: 1.25rem; }
.log-facts > * + * { margin-top: 0.6rem; }
.alerts { display: grid; gap: 0.5rem; font-size: 0.9375rem; }
@media (min-width: 40rem) { .search > :has([type="datetime-local"], [name="recipient"]) { grid-column: auto; } }
@media (min-width: 62rem) {
  .search { grid-template-columns: repeat(5, minmax(0, 1fr)); gap: 0.75rem 1rem; align-items: end; }
  .search-go { grid-column: auto; }
  .columns:has(.proof) { grid-template-columns: minmax(0, 1fr) 24rem; grid-template-rows: auto auto; }
}
`;
