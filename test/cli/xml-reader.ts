/** Reads XML as strictly as a report's readers do: what is not well-formed throws. No declarations, comments or CDATA. */

export interface ReadElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly ReadElement[];
  /** All text directly within it. */
  readonly text: string;
}

const NAME = "[A-Za-z_][A-Za-z0-9_.-]*";
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

export function readXml(document: string): ReadElement {
  if (!document.startsWith(DECLARATION)) throw new Error("no XML declaration");
  // Production 2 of XML 1.0, second edition and later.
  if (/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(document))
    throw new Error("a character that XML has not");
  const scanner = new Scanner(document, DECLARATION.length);
  const root = scanner.element();
  if (scanner.rest().trim() !== "") throw new Error("text after the root");
  return root;
}

class Scanner {
  readonly #text: string;
  #at: number;
  constructor(text: string, at: number) {
    this.#text = text;
    this.#at = at;
  }

  rest = (): string => this.#text.slice(this.#at);

  #take(pattern: string): RegExpExecArray {
    const found = new RegExp(`^(?:${pattern})`, "u").exec(this.rest());
    if (found === null) throw new Error(`expected ${pattern} at ${JSON.stringify(this.rest().slice(0, 60))}`);
    this.#at += found[0].length;
    return found;
  }

  element(): ReadElement {
    const [, name = ""] = this.#take(`<(${NAME})`);
    const attributes: Record<string, string> = {};
    while (/^\s+[A-Za-z_]/.test(this.rest())) {
      const [, attribute = "", value = ""] = this.#take(`\\s+(${NAME})="([^"<]*)"`);
      if (Object.hasOwn(attributes, attribute)) throw new Error(`${attribute} twice`);
      // Attribute-value normalisation: what is meant as a line break has to be a reference.
      attributes[attribute] = unescaped(value.replace(/[\t\n\r]/g, " "));
    }
    const [end] = this.#take("/?>");
    if (end === "/>") return { name, attributes, children: [], text: "" };
    const children: ReadElement[] = [];
    let text = "";
    while (!this.rest().startsWith("</")) {
      if (this.rest().startsWith("<")) children.push(this.element());
      else text += unescaped(this.#take("[^<]+")[0].replaceAll("\r\n", "\n"));
    }
    this.#take(`</${name}>`);
    return { name, attributes, children, text };
  }
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function unescaped(text: string): string {
  if (text.includes("]]>")) throw new Error("]]> in text");
  return text.replace(/&([^;]*);?/g, (whole, name: string) => {
    const code = /^#(\d+)$/.exec(name)?.[1];
    const char = code === undefined ? ENTITIES[name] : String.fromCodePoint(Number(code));
    if (char === undefined || !whole.endsWith(";")) throw new Error(`a stray & in ${JSON.stringify(text)}`);
    return char;
  });
}
