/** What a page shows of an answer, against the answer: members may be left out, `…` stands for any text. */

export function differences(shown: unknown, real: unknown, at = ""): string[] {
  if (typeof shown === "string" && shown.includes("…"))
    return matches(shown, real) ? [] : [told(at, shown, real)];
  if (Array.isArray(shown)) {
    if (!Array.isArray(real) || real.length !== shown.length) return [told(at, shown, real)];
    return shown.flatMap((item, index) => differences(item, real[index], `${at}/${index}`));
  }
  if (isObject(shown)) {
    if (!isObject(real)) return [told(at, shown, real)];
    return Object.entries(shown).flatMap(([name, value]) =>
      Object.hasOwn(real, name)
        ? differences(value, real[name], `${at}/${name}`)
        : [`${at}/${name} is not there`],
    );
  }
  return Object.is(shown, real) ? [] : [told(at, shown, real)];
}

/** A lone `…` is anything that is there; else the text around it has to stand in a string. */
function matches(shown: string, real: unknown): boolean {
  if (shown === "…") return real !== null && real !== undefined;
  const form = shown
    .split("…")
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join("[\\s\\S]+");
  return typeof real === "string" && new RegExp(`^${form}$`).test(real);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const told = (at: string, shown: unknown, real: unknown): string =>
  `${at === "" ? "the whole" : at} is shown as ${JSON.stringify(shown)} and is ${JSON.stringify(real)}`;
