/** Writes XML 1.0: elements with attributes and text, everything escaped. */

export interface XmlElement {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string | number>>;
  /** Text, or elements. */
  readonly content?: string | readonly XmlElement[];
}

export function xmlDocument(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(root, "")}\n`;
}

function element({ name, attributes = {}, content = [] }: XmlElement, indent: string): string {
  const open = [
    name,
    ...Object.entries(attributes).map(([key, value]) => `${key}="${escapeValue(String(value))}"`),
  ].join(" ");
  if (content.length === 0) return `${indent}<${open}/>`;
  if (typeof content === "string") return `${indent}<${open}>${escapeText(content)}</${name}>`;
  const children = content.map((child) => element(child, `${indent}  `)).join("\n");
  return `${indent}<${open}>\n${children}\n${indent}</${name}>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/**
 * What XML has no way to write (control characters but for tab and line breaks, halves of a surrogate pair, U+FFFE and
 * U+FFFF) becomes U+FFFD. A carriage return would be read as a line feed, so it is a reference.
 */
const escapeText = (text: string): string =>
  text
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what XML cannot have
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
    .replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char)
    .replaceAll("\r", "&#13;");

/** In an attribute a reader makes spaces of tabs and line feeds. */
const escapeValue = (text: string): string =>
  escapeText(text).replaceAll("\n", "&#10;").replaceAll("\t", "&#9;");
