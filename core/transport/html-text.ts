/**
 * The text that a reader sees of an HTML mail: tags gone, character references resolved. Policies get it beside the source,
 * in which `12<b></b>3` and `&#49;23` are not the "123" that arrives. Pure, in linear time, and no sanitiser.
 */

/** Elements that begin a line or cell of their own: what stands on their two sides is not one word. */
const BREAKS: ReadonlySet<string> = new Set(
  (
    "address article aside blockquote body br button caption center dd details dialog dir div dl dt fieldset figcaption " +
    "figure footer form h1 h2 h3 h4 h5 h6 head header hr html img input legend li main menu nav ol optgroup option p pre " +
    "script search section select style summary table tbody td textarea tfoot th thead title tr ul"
  ).split(" "),
);

/** The references that matter for reading: ASCII signs, spaces and dashes; what cannot be seen becomes nothing. */
const NAMED: Readonly<Record<string, string>> = {
  ...{ amp: "&", AMP: "&", lt: "<", LT: "<", gt: ">", GT: ">", quot: '"', QUOT: '"', apos: "'", nbsp: " " },
  ...{ ensp: " ", emsp: " ", thinsp: " ", hairsp: " ", numsp: " ", puncsp: " ", Tab: "\t", NewLine: "\n" },
  ...{ hyphen: "-", dash: "-", ndash: "–", mdash: "—", minus: "−", lowbar: "_", UnderBar: "_", num: "#" },
  ...{ period: ".", comma: ",", colon: ":", semi: ";", sol: "/", bsol: "\\", commat: "@", dollar: "$" },
  ...{
    percnt: "%",
    plus: "+",
    equals: "=",
    ast: "*",
    midast: "*",
    excl: "!",
    quest: "?",
    lpar: "(",
    rpar: ")",
  },
  ...{ shy: "", zwj: "", zwnj: "", lrm: "", rlm: "", ZeroWidthSpace: "", NoBreak: "", fjlig: "fj" },
};

export function htmlText(html: string): string {
  let text = "";
  let at = 0;
  for (;;) {
    const open = html.indexOf("<", at);
    const end = open === -1 ? -1 : tagEnd(html, open);
    // What is not closed is no tag that hides anything from us: it is read as text.
    if (open === -1 || end === -1) return resolve(text + html.slice(at));
    const isTag = end > open + 1;
    text += html.slice(at, isTag ? open : end);
    if (
      isTag &&
      BREAKS.has(/^<\/?([a-z0-9]{1,10})/i.exec(html.slice(open, open + 13))?.[1]?.toLowerCase() ?? "")
    )
      text += "\n";
    at = end;
  }
}

/** The place after the tag or comment that begins at `open`; one further where it is but a sign; -1 where it never ends. */
function tagEnd(html: string, open: number): number {
  const next = html[open + 1] ?? "";
  if (html.startsWith("<!--", open)) {
    const ends = [html.indexOf("-->", open + 2), html.indexOf("--!>", open + 4)].filter((end) => end !== -1);
    const end = Math.min(...ends);
    return ends.length === 0 ? -1 : html.indexOf(">", end) + 1;
  }
  if (next === "!" || next === "?" || (next === "/" && !/[a-z]/i.test(html[open + 2] ?? "")))
    return html.indexOf(">", open) + 1 || -1;
  if (next !== "/" && !/[a-z]/i.test(next)) return open + 1;
  return elementEnd(html, open + 1);
}

/** As WHATWG HTML's tokenizer has it: a quote delimits only a value, and a value follows a name and an equals sign. */
function elementEnd(html: string, from: number): number {
  let state: "tag" | "before" | "name" | "value" = "tag";
  for (let at = from + 1; at < html.length; at++) {
    const char = html[at] ?? "";
    if (char === ">") return at + 1;
    if (state === "value") {
      if (isSpace(char)) continue;
      at = valueEnd(html, at);
      if (at === -1) return -1;
      state = "before";
    } else if (char === "/" || (state === "tag" && isSpace(char))) state = "before";
    else if (state === "before" && !isSpace(char)) state = "name";
    else if (state === "name" && char === "=") state = "value";
  }
  return -1;
}

/** The place of a value's last character: its closing quote, or what stands before white space or the tag's end. */
function valueEnd(html: string, start: number): number {
  const quote = html[start] ?? "";
  if (quote === '"' || quote === "'") return html.indexOf(quote, start + 1);
  let at = start;
  while (at + 1 < html.length && html[at + 1] !== ">" && !isSpace(html[at + 1] ?? "")) at++;
  return at;
}

const isSpace = (char: string): boolean => /[\t\n\f\r ]/.test(char);

const REFERENCE = /&(?:#[xX]0*([0-9a-fA-F]{1,6})|#0*([0-9]{1,7})|([a-zA-Z][a-zA-Z0-9]{1,30}));?/g;

function resolve(text: string): string {
  return text.replace(REFERENCE, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return Object.hasOwn(NAMED, name) ? (NAMED[name] ?? whole) : whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
    return isCharacter ? String.fromCodePoint(code) : "\ufffd";
  });
}
