// Many small pieces of memory without the 16 bytes that the heap keeps of each: what `configure` leaves behind is copied for
// every action.

const CHUNK_BYTES: usize = 4096;

let free: usize = 0;
let freeEnd: usize = 0;

/** Zeros, at a multiple of four. */
export function take(size: usize): usize {
  const whole = (size + 3) & ~3;
  if (freeEnd - free < whole) {
    free = heap.alloc(max(whole, CHUNK_BYTES));
    freeEnd = free + max(whole, CHUNK_BYTES);
    memory.fill(free, 0, freeEnd - free);
  }
  const begin = free;
  free += whole;
  return begin;
}

/** Gives back what of the last piece is not needed. */
export function keep(end: usize): void {
  free = (end + 3) & ~3;
}
