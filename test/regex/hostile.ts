/** Patterns that keep backtracking engines busy for hours, each with the text that does it; and one that each does match. */

export interface Evil {
  readonly pattern: string;
  /** Repeated up to the size asked for, with `tail` behind all. */
  readonly text: string;
  readonly tail?: string;
}

export const EVIL: readonly Evil[] = [
  { pattern: "(a+)+$", text: "a", tail: "!" },
  { pattern: "(a+)+$", text: "a" },
  { pattern: "(a|aa)+$", text: "a", tail: "b" },
  { pattern: "(a|a)*b", text: "a" },
  { pattern: "(.*)*x", text: "a" },
  { pattern: "(.*)*x", text: "ax" },
  { pattern: ".{0,1000}y", text: "ab" },
  { pattern: ".{0,1000}y", text: `${"a".repeat(999)}y` },
  { pattern: "x.{0,200}y", text: "x" },
  { pattern: "x[^y]{0,200}z", text: `x${"a".repeat(150)}` },
  { pattern: "([a-zA-Z0-9])(([-.]|[_]+)?([a-zA-Z0-9]+))*@", text: "a" },
  { pattern: "^(([a-z])+.)+[A-Z]([a-z])+$", text: "a" },
  { pattern: "(?:a?){30}a{30}", text: "a" },
  { pattern: "(?i)(?:password|passwd|pass|pwd|secret|token|apikey|api_key)\\s*[:=]", text: "passwor pass " },
  { pattern: "a.*b|a", text: "a" },
  { pattern: "x(?:.*y)?", text: "x" },
  { pattern: "\\p{L}+\\d", text: "äöüßαβγж" },
  { pattern: "(?:[^<]|<[^/])*</script>", text: "<a" },
  { pattern: "\\b[\\w.]+@[\\w.]+\\.[a-z]{2,}\\b", text: "a@b." },
  { pattern: "\\b[\\w.]+@[\\w.]+\\.[a-z]{2,}\\b", text: "a@b.com@c.de," },
  { pattern: "\\d+", text: "1" },
  { pattern: "\\d", text: "1" },
  { pattern: "a*", text: "b" },
  { pattern: "(?:\\s*\\S+\\s*)*;", text: " a" },
  { pattern: "[ab]{3,60}c", text: "ab" },
];

export function hostileText({ text, tail = "" }: Evil, bytes: number, turn = 0): string {
  const unit = new TextEncoder().encode(text).length;
  const body = text.repeat(Math.max(0, Math.floor((bytes - tail.length) / unit)));
  const chars = [...text].length;
  // Another beginning each time, so that no two fields are the same.
  return [...body].slice(turn % chars).join("") + tail;
}
