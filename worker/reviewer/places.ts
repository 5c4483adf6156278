/** Where on the page each finding belongs: findings are numbered once, and each value looks its own up. */
import type { ApprovalDetail } from "../../core/approval.ts";
import type { Json } from "../../core/json.ts";
import { valueAt } from "../../core/json-pointer.ts";
import type { Finding } from "../../core/policy/decision.ts";
import type { Mark } from "./visible-text.ts";

/** A finding with its number on the page and, where that is shown, the text it points to. */
export interface PlacedFinding {
  readonly number: number;
  readonly finding: Finding;
  /** The place within the document `{action, context}`; null where the finding has none there. */
  readonly pointer: string | null;
  /** The words pointed to; null for an object or list as a whole. */
  readonly excerpt: string | null;
}

/** The same rule in several places is explained once. */
export interface FindingGroup {
  readonly number: number;
  readonly first: Finding;
  readonly places: readonly PlacedFinding[];
}

const GRAVITY = { block: 0, defer: 1, warn: 2, info: 3 } as const;

export class Places {
  readonly groups: readonly FindingGroup[];
  readonly #byPlace = new Map<string, Mark[]>();
  readonly #groupOf = new Map<number, number>();

  constructor(detail: ApprovalDetail) {
    const document = shownDocument(detail) as unknown as Json;
    const groups = Map.groupBy(
      detail.findings.toSorted((left, right) => weight(left) - weight(right)),
      ({ policy, rule, severity, observed, settled }) =>
        JSON.stringify([policy, rule, severity, observed, settled]),
    );
    let number = 0;
    this.groups = [...groups.values()].map((findings, index) => {
      const places = findings.map((finding) => place(finding, ++number, document, detail));
      for (const placed of places) {
        this.#groupOf.set(placed.number, index + 1);
        this.#remember(placed, document);
      }
      return { number: index + 1, first: findings[0] as Finding, places };
    });
  }

  /** Marks of the value at a pointer into `{action, context}`. */
  at(pointer: string): readonly Mark[] {
    return this.#byPlace.get(`value ${pointer}`) ?? [];
  }

  /** Marks of the member name that ends the pointer. */
  atName(pointer: string): readonly Mark[] {
    return this.#byPlace.get(`name ${pointer}`) ?? [];
  }

  /** Whether a finding points to the value at the pointer or to anything within it. */
  within(pointer: string): boolean {
    return [...this.#byPlace.keys()].some((key) => {
      const place = key.slice(key.indexOf(" ") + 1);
      return place === pointer || place.startsWith(`${pointer}/`);
    });
  }

  /** The group in which a mark's finding is explained. */
  groupOf(number: number): number {
    return this.#groupOf.get(number) ?? number;
  }

  #remember({ number, finding, pointer }: PlacedFinding, document: Json): void {
    if (pointer === null) return;
    const length = textAt(document, pointer, finding.key)?.length ?? 0;
    const key = `${finding.key ? "name" : "value"} ${pointer}`;
    const marks = this.#byPlace.get(key) ?? [];
    marks.push({ number, severity: finding.severity, start: finding.start ?? 0, end: finding.end ?? length });
    this.#byPlace.set(key, marks);
  }
}

/** Action and context as they would go: findings point into this, but for those that an obligation settled. */
function shownDocument({ action, context, changed }: ApprovalDetail) {
  return { action: changed === null ? action : { ...action, payload: changed.payload }, context };
}

const weight = (finding: Finding): number =>
  GRAVITY[finding.severity] + (finding.observed ? 10 : 0) + (finding.settled ? 20 : 0);

function place(finding: Finding, number: number, document: Json, detail: ApprovalDetail): PlacedFinding {
  // It points to what is not there any more.
  const pointer = finding.settled ? null : pointerOf(finding, detail);
  if (pointer === null || valueAt(document, pointer) === undefined) {
    return { number, finding, pointer: null, excerpt: null };
  }
  const text = textAt(document, pointer, finding.key);
  const excerpt = text?.slice(finding.start ?? 0, finding.end ?? text.length) ?? null;
  return { number, finding, pointer, excerpt };
}

function pointerOf({ part, pointer }: Finding, { transport, action }: ApprovalDetail): string | null {
  if (part === null || pointer === null) return null;
  switch (part) {
    case "payload":
      return `/action/payload${pointer}`;
    case "action":
    case "context":
      return `/${part}${pointer}`;
    case "message":
      // A webhook's message is the payload in an envelope (core/transport/webhook.ts): its strings are on the page.
      if (transport !== "webhook") return null;
      if (pointer === "/type") return action.tool === undefined ? "/action/surface" : "/action/tool";
      return pointer.startsWith("/data/") ? `/action/payload${pointer.slice("/data".length)}` : null;
  }
}

/** A number is scanned as written, so it is marked as written. */
function textAt(document: Json, pointer: string, key: boolean): string | null {
  if (key) return nameIn(pointer);
  const value = valueAt(document, pointer);
  return typeof value === "string" || typeof value === "number" ? String(value) : null;
}

/** The member name that ends a pointer. */
export const nameIn = (pointer: string): string =>
  pointer
    .slice(pointer.lastIndexOf("/") + 1)
    .replaceAll("~1", "/")
    .replaceAll("~0", "~");
