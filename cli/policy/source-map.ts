/** Source maps, version 3 (ECMA-426), as the AssemblyScript compiler writes them: one line, offsets into the module. */

export interface SourcePlace {
  /** As the compiler names it. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

interface Mapping {
  readonly offset: number;
  readonly place: SourcePlace;
}

export class SourceMap {
  readonly #mappings: readonly Mapping[];

  constructor(text: string) {
    const { mappings, sources } = JSON.parse(text) as { mappings: string; sources: string[] };
    this.#mappings = readMappings(mappings, sources);
  }

  /** The place that an offset into the module comes from: that of the last mapping at or before it. */
  find(offset: number): SourcePlace | null {
    let found: SourcePlace | null = null;
    for (const mapping of this.#mappings) {
      if (mapping.offset > offset) break;
      found = mapping.place;
    }
    return found;
  }
}

function readMappings(text: string, sources: readonly string[]): Mapping[] {
  const mappings: Mapping[] = [];
  let [offset, source, line, column] = [0, 0, 0, 0];
  for (const segment of text.split(",")) {
    const [offsetStep, sourceStep, lineStep, columnStep] = readVlq(segment);
    offset += offsetStep ?? 0;
    if (sourceStep === undefined) continue;
    source += sourceStep;
    line += lineStep ?? 0;
    column += columnStep ?? 0;
    mappings.push({ offset, place: { file: sources[source] ?? "?", line: line + 1, column: column + 1 } });
  }
  return mappings;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function readVlq(text: string): number[] {
  const values: number[] = [];
  let value = 0;
  let shift = 0;
  for (const digit of text) {
    const bits = DIGITS.indexOf(digit);
    value += (bits & 31) * 2 ** shift;
    shift += 5;
    if (bits & 32) continue;
    values.push(value % 2 === 1 ? -Math.floor(value / 2) : value / 2);
    value = 0;
    shift = 0;
  }
  return values;
}
