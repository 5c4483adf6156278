// What every action writes, beside what it allocates. The host puts back what was written in pieces of 16 KB (docs/design/policy-pool.md),
// so all of it stands together, behind the tables and with nothing of theirs in its piece.

const PIECE_BYTES: usize = 16 * 1024;

/** By pattern, u32: see settledTo. */
export const SETTLED_BYTES: usize = 256 * 4;
const STATES_BYTES: usize = 2 * 4 * 4;
const BEGINNINGS_BYTES: usize = 4 * 4;
const NOTES_BYTES: usize = 32 * 20;

export let settledAt: usize = 0;
export let statesAt: usize = 0;
export let beginningsAt: usize = 0;
export let notesAt: usize = 0;

/** Behind all that `configure` allocates. */
export function makeScratch(): void {
  const behind = heap.alloc(16);
  const begin = (behind + 16 + PIECE_BYTES - 1) & ~(PIECE_BYTES - 1);
  settledAt = heap.alloc(begin - behind + SETTLED_BYTES + STATES_BYTES + BEGINNINGS_BYTES + NOTES_BYTES) + (begin - behind);
  statesAt = settledAt + SETTLED_BYTES;
  beginningsAt = statesAt + STATES_BYTES;
  notesAt = beginningsAt + BEGINNINGS_BYTES;
}
