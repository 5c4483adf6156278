import { fail, movedTo, textStart, textStop } from "./program-bytes";

// Where the tables lie. All that `configure` leaves is copied back after each action, so they take the place of the text that
// they are read from: it is first moved to the memory's end, where only zeros will be left of it.

const PAGE_BYTES: usize = 65_536;
/** No table is larger: it must fit into memory beside a text. */
const ROOM_MAX: u64 = 1024 * 1024;
/** Every table, and the heap's own record before it. */
const ALIGNMENT: usize = 16;

/** What is free of the program's first place. */
let free: usize = 0;
let freeEnd: usize = 0;
/** Of the heap: where tables may begin, and where it goes on. */
let heapStart: usize = 0;
let heapEnd: usize = 0;

/** Takes the program's place for tables; what is read from then on is its copy. */
export function openRoom(): void {
  free = aligned(textStart());
  freeEnd = textStop();
  heapStart = heap.alloc(ALIGNMENT);
  heapEnd = heapStart + ALIGNMENT;
  moveText(heapEnd);
}

/** All zeros behind the tables. */
export function closeRoom(): void {
  memory.fill(textStart(), 0, textStop() - textStart());
  if (free < freeEnd) memory.fill(free, 0, freeEnd - free);
}

/** Zeros, for a table. */
export function room(count: u32, bytes: u32): usize {
  if (<u64>count * <u64>bytes > ROOM_MAX) {
    fail();
    return heap.alloc(ALIGNMENT);
  }
  const size = aligned(<usize>(count * bytes) + ALIGNMENT);
  const begin = take(size);
  memory.fill(begin, 0, size);
  return begin;
}

/** Gives back what is behind the first bytes of the room that was taken last. */
export function shrinkLast(begin: usize, bytes: usize): void {
  const end = aligned(begin + bytes);
  if (begin < freeEnd && begin < heapStart) {
    memory.fill(begin + bytes, 0, free - begin - bytes);
    free = end;
    return;
  }
  memory.fill(begin + bytes, 0, heapEnd - begin - bytes);
  heap.realloc(begin, bytes);
  heapEnd = end;
}

function take(size: usize): usize {
  if (free + size <= freeEnd) {
    const begin = free;
    free += size;
    return begin;
  }
  const needed = heapEnd + size + 2 * ALIGNMENT;
  if (needed > textStart()) moveText(needed);
  const begin = heap.alloc(size);
  heapEnd = begin + size;
  return begin;
}

/** To the memory's end, with all below `below` left to tables. */
function moveText(below: usize): void {
  const start = textStart();
  const size = textStop() - start;
  const needed = below + size;
  const has = <usize>memory.size() * PAGE_BYTES;
  if (needed > has && memory.grow(<i32>((needed - has + PAGE_BYTES - 1) / PAGE_BYTES)) < 0) return fail();
  const to = <usize>memory.size() * PAGE_BYTES - size;
  memory.copy(to, start, size);
  movedTo(to);
}

function aligned(at: usize): usize {
  return (at + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
}
