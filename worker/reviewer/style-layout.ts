/** Pages: header, lists, columns of an approval, the decision bar. From 320 px on, without sideways scrolling. */
export const STYLE_LAYOUT = `
.top {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0.5rem 0.75rem;
  padding: 0.75rem clamp(1rem, 4vw, 2.5rem);
  border-bottom: 1px solid var(--line);
  background: var(--paper);
}
.brand {
  display: inline-flex;
  align-items: center;
  gap: 0.55rem;
  font-weight: 700;
  letter-spacing: -0.01em;
  color: var(--ink);
  text-decoration: none;
}
.seal {
  width: 1.35rem;
  height: 1.35rem;
  border-radius: 50%;
  border: 2.5px solid var(--approve);
  background: radial-gradient(circle, var(--approve) 0 32%, transparent 36%);
}
.top nav { display: flex; gap: 0.125rem; }
.top nav a {
  padding: 0.4rem 0.55rem;
  border-radius: 0.5rem;
  color: var(--quiet);
  text-decoration: none;
  font-weight: 550;
  font-size: 0.9375rem;
}
.top nav a:hover { background: var(--sunk); }
.top nav a[aria-current] { color: var(--ink); background: var(--sunk); }
.account { display: flex; align-items: center; gap: 0.75rem; margin-inline-start: auto; min-width: 0; }
.account p { font-size: 0.875rem; line-height: 1.3; text-align: end; }
.account strong { font-weight: 600; }
.account .tenant { display: block; color: var(--quiet); }
.account button { flex: none; }

main { max-width: 80rem; margin: 0 auto; padding: clamp(1.25rem, 3.5vw, 2.5rem) clamp(1rem, 4vw, 2.5rem) 3rem; }
.narrow { max-width: 27rem; margin: clamp(0.5rem, 8vh, 5rem) auto 0; }
.narrow > * + * { margin-top: 1rem; }
.sign-in > * + * { margin-top: 0.5rem; }
.sign-in button { width: 100%; margin-top: 1rem; }
.hint { font-size: 0.875rem; color: var(--quiet); }

.count {
  display: inline-block;
  min-width: 1.9em;
  padding: 0 0.5em;
  border-radius: 1em;
  font-size: 0.7em;
  line-height: 1.7;
  text-align: center;
  vertical-align: 0.12em;
  background: var(--sunk);
  color: var(--ink);
}
.empty { margin-top: 1.5rem; padding: 2.5rem 1.5rem; text-align: center; border: 1.5px dashed var(--line); border-radius: 1rem; }
.cards { display: grid; gap: 0.75rem; margin-top: 1.25rem; }
.card {
  position: relative;
  display: grid;
  grid-template-columns: minmax(0, 1fr);
  gap: 0.3rem 1.5rem;
  padding: 1rem 1.125rem;
  background: var(--paper);
  border: 1px solid var(--line);
  border-radius: 0.875rem;
  box-shadow: var(--shadow);
}
.card:hover { border-color: var(--edge); }
.card h2 { font-weight: 600; }
.card h2 a { color: inherit; text-decoration: none; }
.card h2 a::after { content: ""; position: absolute; inset: 0; border-radius: inherit; }
.card:hover h2 a { text-decoration: underline; }
.card h2 a:focus-visible { outline: none; }
.card h2 a:focus-visible::after { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 0.875rem; }
.card .time { font-size: 0.875rem; color: var(--quiet); }
.card .time.soon { color: var(--block); font-weight: 600; }
.rules { display: flex; flex-wrap: wrap; gap: 0.35rem; }
.rules li { padding: 0.05rem 0.45rem; border-radius: 0.4rem; background: var(--sunk); }
@media (min-width: 48rem) {
  .card { grid-template-columns: minmax(0, 1fr) auto; }
  .card .time { grid-row: 1; grid-column: 2; padding-top: 0.15rem; text-align: end; }
  .rules { justify-content: end; align-self: end; max-width: 26rem; }
}

.heading { display: grid; gap: 0.4rem; max-width: 62rem; }
.eyebrow { display: flex; flex-wrap: wrap; align-items: center; gap: 0.6rem; font-size: 0.875rem; color: var(--quiet); }
.byline { font-size: 0.9375rem; color: var(--quiet); }
.byline strong { font-weight: 600; color: var(--ink); }
.route { white-space: normal; }
.route::before { content: " · "; }
main > .alert, .outcome { margin-top: 1.25rem; }
.outcome { padding: 1.125rem 1.25rem; border-radius: 0.875rem; border-inline-start: 5px solid var(--edge); background: var(--sunk); }
.outcome > * + * { margin-top: 0.5rem; }
.outcome blockquote { padding-inline-start: 0.875rem; border-inline-start: 2px solid var(--edge); }
.outcome.status-approved { border-color: var(--good); background: var(--good-ground); }
.outcome.status-denied { border-color: var(--block); background: var(--block-ground); }

.columns { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.75rem 2rem; margin-top: 1.75rem; }
.content, .record { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.75rem; align-content: start; }
@media (min-width: 62rem) {
  h1 { font-size: 1.75rem; }
  .columns { grid-template-columns: minmax(0, 1fr) 22rem; grid-template-rows: auto 1fr auto; }
  .content { grid-column: 1; grid-row: 1 / span 2; }
  .findings, .who { grid-column: 2; }
  .record { grid-column: 1 / -1; }
}

.decision {
  position: sticky;
  bottom: 0;
  z-index: 2;
  display: grid;
  gap: 0.6rem;
  margin: 2rem calc(-1 * clamp(1rem, 4vw, 2.5rem)) -3rem;
  padding: 0.75rem clamp(1rem, 4vw, 2.5rem) calc(0.875rem + env(safe-area-inset-bottom, 0px));
  background: var(--paper);
  border-top: 1px solid var(--line);
  box-shadow: var(--shadow-up);
}
.decision .alert { margin: 0.35rem 0; padding: 0.5rem 0.75rem; font-size: 0.9375rem; }
.decision textarea { margin-top: 0.3rem; }
.buttons { display: grid; grid-template-columns: 1fr 1fr; gap: 0.75rem; }
@media (min-width: 48rem) {
  .decision { grid-template-columns: minmax(0, 1fr) auto; align-items: end; gap: 1.25rem; }
  .buttons { grid-template-columns: 8rem 9.5rem; }
}
@media (min-width: 80rem) {
  .decision { border: 1px solid var(--line); border-bottom: 0; border-radius: 1rem 1rem 0 0; margin-inline: 0; padding-inline: 1.25rem; }
}
/* On a screen this low, as at high zoom, a bar would cover what it decides about. */
@media (max-height: 30rem) {
  html { scroll-padding-bottom: 1.5rem; }
  .decision { position: static; }
}
@media print {
  .decision, .skip, .account button { display: none; }
}
`;
