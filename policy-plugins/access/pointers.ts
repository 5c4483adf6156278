import { MISSING, Value } from "../sdk/index";
import { Kind } from "../sdk/value";
import { kept } from "./state";

// JSON Pointers in which the token `*` stands for every element of a list. In an object it is the member of that name.

/** Room for elements at first. */
const FOUND: i32 = 64;

/** A pointer, cut at its stars. */
export class Path {
  private parts: Array<Value> = [];
  /** The token `*` as a pointer of its own. */
  private star: Value = MISSING;

  constructor(pointer: Value) {
    let from = pointer.start;
    for (let at = from; at + 1 < pointer.end; at++) {
      if (load<u16>(at) != 0x2a2f || (at + 2 != pointer.end && load<u8>(at, 2) != 0x2f)) continue;
      this.parts.push(pointerOf(from, at));
      this.star = pointerOf(at, at + 2);
      from = at + 2;
    }
    this.parts.push(pointerOf(from, pointer.end));
  }

  /** The value of a pointer without a star. */
  only(root: Value): Value {
    return root.find(unchecked(this.parts[0]));
  }

  get hasStar(): bool { return this.parts.length > 1; }

  /** Fills `kept.found`, with MISSING for each element where there is nothing; without a star it has one value. */
  findAll(root: Value): void {
    kept.foundCount = 0;
    if (changetype<usize>(kept.found) == 0) kept.found = new StaticArray<Value>(FOUND);
    this.follow(root, 0);
  }

  /** One call deeper for each star. */
  private follow(from: Value, index: i32): void {
    const value = from.find(unchecked(this.parts[index]));
    if (index + 1 == this.parts.length) {
      add(value);
    } else if (value.isArray) {
      for (let item = value.first; item.exists; item = item.next) this.follow(item, index + 1);
    } else {
      const named = value.find(this.star);
      if (named.exists) this.follow(named, index + 1);
      else add(MISSING);
    }
  }
}

/** A part of a pointer as a value that `find` takes. */
function pointerOf(from: usize, to: usize): Value {
  const pointer = changetype<Value>(heap.alloc(offsetof<Value>()));
  memory.fill(changetype<usize>(pointer), 0, offsetof<Value>());
  pointer.kind = Kind.STRING;
  pointer.start = from;
  pointer.end = to;
  return pointer;
}

function add(value: Value): void {
  const count = kept.foundCount;
  if (count == kept.found.length) {
    const larger = new StaticArray<Value>(count << 1);
    for (let i = 0; i < count; i++) larger[i] = kept.found[i];
    kept.found = larger;
  }
  kept.found[count] = value;
  kept.foundCount = count + 1;
}
