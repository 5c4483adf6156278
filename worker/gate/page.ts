/** Reading which page of a list is wanted. */
import { PAGE_SIZE, PAGE_SIZE_MAX } from "../../core/limits.ts";
import { Problem } from "./problem.ts";

export interface Page {
  /** 1 to PAGE_SIZE_MAX. */
  readonly limit: number;
  /** Null: the first page. */
  readonly cursor: number | null;
}

export function readPage(query: Readonly<Record<string, string>>): Page {
  const limit = readWhole(query, "limit") ?? PAGE_SIZE;
  if (limit < 1 || limit > PAGE_SIZE_MAX)
    throw new Problem("invalid_request", { detail: `limit is a number from 1 to ${PAGE_SIZE_MAX}.` });
  return { limit, cursor: readWhole(query, "cursor") };
}

function readWhole(query: Readonly<Record<string, string>>, name: string): number | null {
  const text = query[name];
  if (text === undefined) return null;
  if (/^[0-9]{1,15}$/.test(text)) return Number(text);
  throw new Problem("invalid_request", { detail: `${name} is a whole number from 0.` });
}
