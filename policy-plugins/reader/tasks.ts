// What folding saw on its way, and leaves for later: stretches that are to be read from their end.

export namespace TaskKind {
  export const OVERRIDDEN: u32 = 0;
  export const TURNED: u32 = 1;
}

@unmanaged
export class Task {
  segment: u32;
  kind: u32;
  /** Bytes of `plain`; of a line with letters that are turned, where the first and the last of them are. */
  start: u32;
  end: u32;
  /** How many are. */
  letters: u32;
}

/** More are a text of nothing else. */
const TASKS_MAX: u32 = 1_024;
let tasks: usize = 0;
let count: u32 = 0;
let next: u32 = 0;

// @ts-ignore: decorator
@inline
function taskAt(index: u32): Task {
  return changetype<Task>(tasks + <usize>index * offsetof<Task>());
}

/** False where there is no room for it. */
export function addTask(segment: u32, kind: u32, start: u32, end: u32, letters: u32 = 0): bool {
  if (count == TASKS_MAX) return false;
  if (tasks == 0) tasks = heap.alloc(<usize>TASKS_MAX * offsetof<Task>());
  if (kind == TaskKind.TURNED) lastTurned = count;
  const task = taskAt(count++);
  task.segment = segment;
  task.kind = kind;
  task.start = start;
  task.end = end;
  task.letters = letters;
  return true;
}

let lastTurned: u32 = 0;

/** One letter more of the line that was added last. */
export function countTurned(end: u32, letters: u32): void {
  const task = taskAt(lastTurned);
  task.end = end;
  task.letters = letters;
}

/** The next task of this segment, in the order in which segments are asked for. */
export function nextTask(segment: u32): Task | null {
  while (next < count && taskAt(next).segment < segment) next++;
  return next < count && taskAt(next).segment == segment ? taskAt(next++) : null;
}

/** Where an override begins that goes on to the end of this segment, at `end`; `end` itself: there is none. */
export function overriddenFrom(segment: u32, end: u32): u32 {
  let low: u32 = 0;
  let high = count;
  // The first task of a later segment.
  while (low < high) {
    const middle = (low + high) >> 1;
    if (taskAt(middle).segment <= segment) low = middle + 1;
    else high = middle;
  }
  if (low == 0) return end;
  const task = taskAt(low - 1);
  return task.segment == segment && task.kind == TaskKind.OVERRIDDEN && task.end == end ? task.start : end;
}
