import { Origin } from "../sdk/reading";
import { deriveAcross } from "./across";
import { deriveBase64, deriveTiny } from "./base64";
import { deriveClosed } from "./closed";
import { deriveJson, derivePercent, deriveQuotedPrintable } from "./escapes";
import { deriveHex } from "./hex";
import { deriveHtml } from "./html";
import { deriveJoined } from "./joined";
import { DEPTH_MAX } from "./limits";
import { beginClosed, cut, cutAt, endClosed, NOWHERE, roomLeft, segmentCount, segmentRow, setDecoding } from "./output";
import { beginQueries, deriveQuery } from "./query";
import { deriveReversed } from "./reversed";
import { open } from "./source";
import { Hint, survey } from "./survey";
import { deriveTags, hasTags } from "./tags";
import { setProbing } from "./window";

export let firstDerived: u32 = 0;

/** Fewer bytes are no encoding of anything. */
const BYTES_MIN: u32 = 3;

/** Reads every text in every way that it may be written, and what comes of it once more, until a limit is reached. */
export function deriveAll(): void {
  firstDerived = segmentCount;
  deriveAcross(Origin.CLOSED);
  deriveJoined(Origin.REGROUPED);
  beginQueries();
  for (let index: u32 = 0; index < segmentCount; index++) {
    while (isNothing(index)) if (++index == segmentCount) return;
    if (roomLeft() == 0) {
      setDecoding(index);
      return cut();
    }
    const row = segmentRow(index);
    // There is nothing to find in it but that a limit is reached.
    if (row.depth >= DEPTH_MAX && cutAt != NOWHERE) continue;
    setDecoding(index);
    open(index);
    if (row.depth < DEPTH_MAX) deriveTags(index, Origin.HIDDEN);
    if (row.end - row.start < BYTES_MIN) continue;
    // What is still encoded at the last depth is not decoded, but said to be there.
    setProbing(row.depth >= DEPTH_MAX);
    derive(index, row.origin, row.depth >= DEPTH_MAX);
  }
}

/** Too short to hold anything, as most texts are where there are many. */
function isNothing(index: u32): bool {
  const row = segmentRow(index);
  return row.end - row.start < BYTES_MIN && !hasTags();
}

function derive(index: u32, origin: u32, isLast: bool): void {
  const hints = survey();
  if ((hints & Hint.HTML) != 0) deriveHtml(Origin.HTML);
  if ((hints & Hint.PERCENT) != 0) derivePercent(Origin.PERCENT);
  if ((hints & Hint.EQUALS) != 0) {
    deriveQuotedPrintable(Origin.QUOTED_PRINTABLE);
    // Nothing in it is encoded.
    if (!isLast) deriveQuery(Origin.PERCENT);
  }
  if ((hints & Hint.BACKSLASH) != 0) deriveJson(Origin.JSON);
  // From its end a text is read by people, who decode nothing.
  if (origin != Origin.REVERSED) deriveEncoded(hints, isLast);
  if (isLast) return;
  deriveReversed(index, Origin.REVERSED);
  // What is closed up has nothing left to close.
  if ((hints & (Hint.SPACED | Hint.DIGITS)) == 0 || origin == Origin.CLOSED) return;
  beginClosed();
  deriveClosed(Origin.CLOSED);
  endClosed();
}

function deriveEncoded(hints: u32, isLast: bool): void {
  if ((hints & Hint.SHORT) != 0) deriveBase64(Origin.BASE64);
  if (!isLast) deriveTiny(Origin.BASE64);
  const hasPairs = (hints & Hint.PAIRS) != 0;
  if (hasPairs || (hints & Hint.LONG) != 0) deriveHex(Origin.HEX, !hasPairs);
}
