import { Text } from "../sdk/index";

// The runs of digits of one text. All recognisers work on whole runs, so that nothing is ever found inside a
// longer number.

let starts: usize = 0;
let ends: usize = 0;
let capacity: i32 = 0;

/** How many runs the text last given to `findGroups` has. */
export let groupCount: i32 = 0;

export function findGroups(text: Text): void {
  const length = text.length;
  groupCount = 0;
  for (let i = 0; i < length; i++) {
    if (!isDigit(text.unit(i))) continue;
    const start = i;
    while (i < length && isDigit(text.unit(i))) i++;
    if (groupCount == capacity) grow();
    store<i32>(starts + (<usize>groupCount << 2), start);
    store<i32>(ends + (<usize>groupCount << 2), i);
    groupCount++;
  }
}

function grow(): void {
  const bytes = <usize>capacity << 2;
  capacity = max(64, capacity << 1);
  const newStarts = heap.alloc(<usize>capacity << 2);
  const newEnds = heap.alloc(<usize>capacity << 2);
  memory.copy(newStarts, starts, bytes);
  memory.copy(newEnds, ends, bytes);
  starts = newStarts;
  ends = newEnds;
}

// @ts-ignore: decorator
@inline
export function isDigit(unit: u16): bool {
  return <u16>(unit - 0x30) < 10;
}

// @ts-ignore: decorator
@inline
export function groupStart(group: i32): i32 {
  return load<i32>(starts + (<usize>group << 2));
}

// @ts-ignore: decorator
@inline
export function groupEnd(group: i32): i32 {
  return load<i32>(ends + (<usize>group << 2));
}

// @ts-ignore: decorator
@inline
export function groupSize(group: i32): i32 {
  return groupEnd(group) - groupStart(group);
}

/** The number that `count` digits from `at` spell; at most nine. */
export function digitsAt(text: Text, at: i32, count: i32): i32 {
  let value = 0;
  for (let i = at; i < at + count; i++) value = value * 10 + <i32>(text.unit(i) - 0x30);
  return value;
}
