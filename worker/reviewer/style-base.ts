/** Elements: type, links, forms, focus. */
export const STYLE_BASE = `
*, *::before, *::after { box-sizing: border-box; }
html {
  font: 100%/1.55 var(--sans);
  background: var(--ground);
  color: var(--ink);
  -webkit-text-size-adjust: 100%;
  text-size-adjust: 100%;
  /* What is focused or linked to must not end up under the decision bar. */
  scroll-padding: 1.5rem 0 15rem;
}
body { margin: 0; overflow-wrap: anywhere; }
h1, h2, h3, p, ul, ol, dl, dd, blockquote { margin: 0; padding: 0; }
ul, ol { list-style: none; }
h1 { font-size: 1.5rem; line-height: 1.25; font-weight: 650; letter-spacing: -0.012em; text-wrap: pretty; }
h2 { font-size: 1.0625rem; line-height: 1.35; font-weight: 650; }
h3 { font-size: 0.8125rem; font-weight: 600; color: var(--quiet); }
a { color: var(--link); text-underline-offset: 0.18em; text-decoration-thickness: 0.07em; }
a:hover { text-decoration-thickness: 0.14em; }
code, .source, .body.html { font-family: var(--mono); font-size: 0.84em; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 4px; }
main:focus { outline: none; }
:target { outline: 3px solid var(--focus); outline-offset: 2px; }

button {
  font: inherit;
  font-weight: 600;
  min-height: 2.875rem;
  padding: 0.5rem 1.25rem;
  border-radius: 0.625rem;
  border: 1.5px solid transparent;
  cursor: pointer;
}
button.approve { background: var(--approve); color: var(--approve-ink); }
button.approve:hover { background: var(--approve-hover); }
button.deny { background: var(--paper); color: var(--deny); border-color: currentcolor; }
button.deny:hover { background: var(--deny-ground); }
button.plain {
  min-height: 2.25rem;
  padding: 0.25rem 0.75rem;
  font-weight: 500;
  font-size: 0.875rem;
  background: transparent;
  color: var(--ink);
  border-color: var(--edge);
}
button.plain:hover { background: var(--sunk); }
label { display: block; font-weight: 600; font-size: 0.9375rem; }
input, textarea {
  font: inherit;
  width: 100%;
  padding: 0.55rem 0.75rem;
  color: var(--ink);
  background: var(--paper);
  border: 1.5px solid var(--edge);
  border-radius: 0.625rem;
}
textarea { display: block; resize: vertical; min-height: 2.9rem; max-height: 40vh; }
[aria-invalid="true"] { border-color: var(--block); }
summary { cursor: pointer; padding: 0.35rem 0; color: var(--link); font-size: 0.9375rem; }

.visually-hidden {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
.skip {
  position: absolute;
  left: 0.75rem;
  top: -5rem;
  z-index: 3;
  padding: 0.6rem 1rem;
  background: var(--paper);
  border-radius: 0.5rem;
}
.skip:focus { top: 0.75rem; }
.quiet, .placeholder, .kind { color: var(--quiet); }
.quiet { font-weight: 400; font-size: 0.875rem; }
.lead { font-size: 1.0625rem; color: var(--quiet); text-wrap: pretty; }
.badge {
  display: inline-block;
  padding: 0.1rem 0.5rem;
  border-radius: 0.4rem;
  font-size: 0.8125rem;
  line-height: 1.4;
  font-weight: 600;
  background: var(--sunk);
  color: var(--ink);
}
.badge.block, .badge.status-denied { background: var(--block-ground); color: var(--block); }
.badge.warn, .badge.defer, .badge.status-pending { background: var(--warn-ground); color: var(--warn); }
.badge.info { background: var(--info-ground); color: var(--info); }
.badge.status-approved { background: var(--good-ground); color: var(--good); }
.rule { font-weight: 600; font-size: 0.8125rem; }
.alert {
  padding: 0.75rem 1rem;
  border-radius: 0.625rem;
  border-inline-start: 4px solid var(--block);
  background: var(--block-ground);
  color: var(--ink);
}
@media (prefers-reduced-motion: no-preference) {
  html { scroll-behavior: smooth; }
  button, .card { transition: background-color 120ms ease, border-color 120ms ease, box-shadow 120ms ease; }
}
@media (forced-colors: active) {
  mark, .badge, .number, .hidden { border: 1px solid currentcolor; }
}
`;
