import { isFull, reportSpan } from "../sdk/index";
import { distanceTo, NOT_NEAR, wordsNear } from "./context";
import { bit, nameOf, PERSONAL } from "./entities";
import { isHealthOn, sawIdentifier } from "./health";
import { enabled, isOn, redactOf, thresholdOf, weakly } from "./settings";

// One stretch of text can be the number of several entities: one that needs no
// word wins, then that whose word is nearest.

/** Without any word near; further than any word that is. */
const FAR: i32 = 1000;

/** By itself, as sure as with a word right before it. */
const CERTAIN: i32 = 85;

let bestEntity: i32 = -1;
let bestScore: i32 = 0;
let bestDistance: i32 = 0;
let bestStart: i32 = 0;
let bestEnd: i32 = 0;
let offeredDistance: i32 = 0;

/**
 * Whether an entity would count at all: `alone` is its score without words near, `near` with them. To be asked before a
 * check digit is computed, and `offer` to be called after.
 */
export function mayBe(entity: i32, start: i32, end: i32, alone: i32, near: i32): bool {
  if (!isOn(entity) || near < thresholdOf(entity)) return false;
  if (isMute(entity)) {
    offeredDistance = FAR;
    return true;
  }
  if (alone < thresholdOf(entity) && (wordsNear(start, end) & bit(entity)) == 0) return false;
  const distance = distanceTo(bit(entity), start, end);
  offeredDistance = distance == NOT_NEAR ? FAR : distance;
  return distance != NOT_NEAR || alone >= thresholdOf(entity);
}

/** Whether any entity could count at a place; `certain`: some do without a word near, by their check digits. */
export function mayBeAny(start: i32, end: i32, certain: bool): bool {
  return certain || weakly != 0 || (wordsNear(start, end) & enabled) != 0;
}

/** Entities whose words are near, or that need none. */
export function possibleNear(start: i32, end: i32): u64 {
  return (wordsNear(start, end) & enabled) | weakly;
}

/** What `mayBe` was last asked about holds. */
export function offer(entity: i32, start: i32, end: i32, alone: i32, near: i32): void {
  const score = offeredDistance == FAR ? alone : near;
  const distance = alone >= CERTAIN ? 0 : offeredDistance;
  const better = bestEntity < 0 || distance < bestDistance || (distance == bestDistance && score > bestScore);
  if (!better) return;
  bestEntity = entity;
  bestScore = score;
  bestDistance = distance;
  bestStart = start;
  bestEnd = end;
}

/** Reports the best of what was offered; where it ends, or -1. */
export function settle(): i32 {
  const entity = bestEntity;
  if (entity < 0) return -1;
  bestEntity = -1;
  report(entity, bestStart, bestEnd, bestScore);
  return bestEnd;
}

/** Entities that were reported: once the verdict is full, a further find of one changes nothing. */
let told: u64 = 0;

export function isMute(entity: i32): bool {
  return (told & bit(entity)) != 0 && isFull();
}

/** How often something was found. */
export let finds: i32 = 0;

export function report(entity: i32, start: i32, end: i32, score: i32): void {
  finds++;
  if (isMute(entity)) return;
  told |= bit(entity);
  reportSpan(nameOf(entity), start, end, redactOf(entity), score);
  if (isHealthOn && (bit(entity) & PERSONAL) != 0) sawIdentifier(start, end);
}
