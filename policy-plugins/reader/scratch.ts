// Bytes that a decoder looks at before it takes them for text.

let begin: usize = 0;
let capacity: usize = 0;

/** Room for so many bytes and eight more, until the next call. */
export function scratchFor(size: usize): usize {
  if (size + 8 > capacity) {
    capacity = max<usize>(size + 8, max<usize>(capacity << 1, 4096));
    begin = heap.alloc(capacity);
  }
  return begin;
}
