/**
 * Configured instances, kept for the next action: one for each policy and settings. A second one would never be used, since
 * a call into a policy does not yield (docs/design/policy-pool.md).
 */
import { POOL_BYTES_MAX, POOL_INSTANCES_MAX } from "../../core/limits.ts";
import type { Configured, Guest } from "./guest.ts";

export interface PoolLimits {
  readonly instancesMax: number;
  /** Of the instances' memories and the copies that they are restored from. */
  readonly bytesMax: number;
}

export const POOL_LIMITS: PoolLimits = { instancesMax: POOL_INSTANCES_MAX, bytesMax: POOL_BYTES_MAX };

interface Place {
  readonly shelf: Map<string, Place>;
  readonly settings: string;
  /** Null where it was thrown away: a trap, or memory that grew. The next one starts from what `configure` left. */
  guest: Guest | null;
  readonly configured: Configured;
  byteLength: number;
  usedAt: number;
}

export class Pool {
  readonly #limits: PoolLimits;
  /** By profile and module, then by settings: one string of all three would be hashed anew for each action. */
  readonly #shelves = new Map<string, Map<string, Map<string, Place>>>();
  readonly #places = new Set<Place>();
  #byteLength = 0;
  #uses = 0;

  constructor(limits: PoolLimits) {
    this.#limits = limits;
  }

  /** Instances at hand, not counting places that one has gone from. */
  get size(): number {
    return [...this.#places].filter(({ guest }) => guest !== null).length;
  }

  get byteLength(): number {
    return this.#byteLength;
  }

  find(profileId: string, execId: string, settings: string): Guest | undefined {
    const place = this.#shelves.get(profileId)?.get(execId)?.get(settings);
    if (place === undefined) return undefined;
    place.usedAt = ++this.#uses;
    return place.guest ?? undefined;
  }

  /** What `configure` left, also where the instance itself is gone. */
  findConfigured(profileId: string, execId: string, settings: string): Configured | undefined {
    return this.#shelves.get(profileId)?.get(execId)?.get(settings)?.configured;
  }

  /** Puts a guest in the place of whatever is there, and the least lately used ones out until all fits. */
  add(profileId: string, execId: string, settings: string, guest: Guest): void {
    const shelf = inner(inner(this.#shelves, profileId), execId);
    this.#remove(shelf.get(settings));
    const { byteLength, configured } = guest;
    const place: Place = { shelf, settings, guest, configured, byteLength, usedAt: ++this.#uses };
    shelf.set(settings, place);
    this.#places.add(place);
    this.#byteLength += byteLength;
    const { instancesMax, bytesMax } = this.#limits;
    while (this.#places.size > instancesMax || this.#byteLength > bytesMax) this.#remove(this.#oldest());
  }

  /** Only where it is this guest that is kept: a newer one may have taken its place. */
  drop(profileId: string, execId: string, settings: string, guest: Guest): void {
    const place = this.#shelves.get(profileId)?.get(execId)?.get(settings);
    if (place?.guest !== guest) return;
    const { byteLength } = place.configured.memory.head;
    this.#byteLength += byteLength - place.byteLength;
    place.byteLength = byteLength;
    place.guest = null;
  }

  #oldest(): Place | undefined {
    let oldest: Place | undefined;
    for (const place of this.#places) {
      if (oldest === undefined || place.usedAt < oldest.usedAt) oldest = place;
    }
    return oldest;
  }

  #remove(place: Place | undefined): void {
    if (place === undefined) return;
    place.shelf.delete(place.settings);
    this.#places.delete(place);
    this.#byteLength -= place.byteLength;
  }
}

function inner<K, L, V>(maps: Map<K, Map<L, V>>, key: K): Map<L, V> {
  const found = maps.get(key) ?? new Map<L, V>();
  maps.set(key, found);
  return found;
}
