/** Numbers for what automata are made of: the same one for the same list under the same tag, in the order in which they come. */

/** As many as a list of a state's kind, behind and found together need. */
export class Numbering<List extends ArrayLike<number>> {
  readonly #byHash = new Map<number, number[]>();
  readonly lists: List[] = [];
  readonly tags: number[] = [];

  get size(): number {
    return this.lists.length;
  }

  /** -1 where it has none. */
  find(list: List, tag: number): number {
    for (const number of this.#byHash.get(hashOf(list, tag)) ?? []) {
      if (this.tags[number] === tag && isSame(this.lists[number] as List, list)) return number; // one of them
    }
    return -1;
  }

  /** One that has no number yet. The list must not change any more. */
  add(list: List, tag: number): number {
    const number = this.lists.push(list) - 1;
    this.tags.push(tag);
    const hash = hashOf(list, tag);
    const known = this.#byHash.get(hash);
    if (known === undefined) this.#byHash.set(hash, [number]);
    else known.push(number);
    return number;
  }
}

/** FNV's way, with a last step that brings high bits down. */
function hashOf(list: ArrayLike<number>, tag: number): number {
  let hash = 0x811c9dc5 ^ tag;
  for (let at = 0; at < list.length; at++) hash = Math.imul(hash ^ (list[at] as number), 0x01000193);
  return hash ^ (hash >>> 15);
}

export function isSame(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}
