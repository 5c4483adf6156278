/** Making elements. Whatever comes from a file goes in as text, with what is invisible in it written out. */
import { escapeOf, hiddenCharacters } from "../../reviewer/hidden-character.ts";

type Child = Node | string | null;

/** `children` that are strings are the page's own words. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** Text that a file brought. */
export function foreign(text: string): HTMLElement {
  const shown = element("bdi");
  let at = 0;
  for (const { start, end, codePoint } of hiddenCharacters(text, true)) {
    const written = element("span", { class: "hidden-char" }, escapeOf([codePoint]));
    shown.append(text.slice(at, start), written);
    at = end;
  }
  shown.append(text.slice(at));
  return shown;
}

export function byId<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`couldn't find #${id} in the page`);
  return found;
}
