/**
 * A receipt that the auditor's page hands over in the address, after `#`: browsers send that part to nobody. Keys are never
 * handed over: the gateway that is to be checked would name its own.
 */
import { fromBase64Url, fromUtf8 } from "../../../core/encoding.ts";
import { element, foreign } from "./dom.ts";

const FORM = /^#receipt=([A-Za-z0-9_-]+)$/;

export interface HandedOver {
  readonly file: File;
  readonly note: HTMLElement;
}

/** Taken out of the address too: it is not to stay in the history. */
export function takeHandedOver(
  { hash, pathname, search }: Pick<Location, "hash" | "pathname" | "search">,
  history: Pick<History, "replaceState">,
): HandedOver | null {
  const [, encoded] = FORM.exec(hash) ?? [];
  if (encoded === undefined) return null;
  history.replaceState(null, "", pathname + search);
  const bytes = fromBase64Url(encoded);
  if (bytes === null) return null;
  const names = keyNames(bytes);
  const note = element(
    "span",
    {},
    "A receipt was handed over by the auditor’s page. ",
    names.length === 0 ? "It names no key. " : "It says that it is signed by key ",
    ...names.map((name) => element("code", {}, foreign(name))),
    names.length === 0 ? "" : ". ",
    "Give that key below, from a place other than this gateway: a file that you saved, or that somebody you trust gave you.",
  );
  return { file: new File([bytes as BlobPart], "receipt.json", { type: "application/json" }), note };
}

function keyNames(bytes: Uint8Array): string[] {
  try {
    const { signatures } = JSON.parse(fromUtf8(bytes)) as { signatures?: unknown };
    if (!Array.isArray(signatures)) return [];
    return signatures.flatMap((signature: { keyid?: unknown } | null) =>
      typeof signature?.keyid === "string" ? [signature.keyid] : [],
    );
  } catch {
    return [];
  }
}
