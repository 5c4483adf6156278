import { inputSize, readInput } from "../sdk/host";
import { scanNumber, scanString, stringFlags } from "../sdk/json-strings";

// The action's texts, found in the canonical JSON itself (RFC 8785): a walk over the bytes that keeps of each value where it
// stands, and no more. It goes up and down by the values' own links, since the native stack must never decide a verdict.

/** Where a value is, as the verdict names it. */
export namespace Place {
  export const PAYLOAD: u32 = 0;
  export const ACTION: u32 = 1;
  export const CONTEXT: u32 = 2;
  export const MESSAGE: u32 = 3;
}

export namespace NodeKind {
  export const ARRAY: u32 = 0;
  export const OBJECT: u32 = 1;
  export const STRING: u32 = 2;
  export const NUMBER: u32 = 3;
  export const OTHER: u32 = 4;
}

/** A value on the way to a text, or one itself. */
@unmanaged
export class Node {
  /** Of the same list; ROOT: none. */
  parent: u32;
  /** Its name as JSON writes it, between the quotes; 0: an element of a list. Of a message's string: its pointer. */
  nameStart: usize;
  nameEnd: usize;
  /** A string's content, between the quotes, or a number. */
  start: usize;
  end: usize;
  kind: u8;
  place: u8;
  /** utf16.ts of the SDK: ESCAPED, WIDE. */
  flags: u8;
  nameFlags: u8;
  /** Of an element of a list: from 0. */
  index: u32;
}

export const ROOT: u32 = 0xffffffff;

/** The gateway's own bound on nesting is far lower. */
const DEPTH_MAX: i32 = 128;

/** Grows in place: nothing else is allocated while the walk goes on. */
let nodes: usize = 0;
let capacity: u32 = 0;
export let nodeCount: u32 = 0;

const NODES_AT_FIRST: u32 = 64;

// @ts-ignore: decorator
@inline
export function nodeAt(index: u32): Node {
  return changetype<Node>(nodes + <usize>index * offsetof<Node>());
}

function append(parent: u32, place: u32, index: u32): Node {
  if (nodeCount == capacity) {
    capacity <<= 1;
    nodes = heap.realloc(nodes, <usize>capacity * offsetof<Node>());
  }
  const node = nodeAt(nodeCount++);
  node.parent = parent;
  node.nameStart = 0;
  node.nameEnd = 0;
  node.place = <u8>place;
  node.nameFlags = 0;
  node.flags = 0;
  node.start = 0;
  node.end = 0;
  node.index = index;
  return node;
}

let cursor: usize = 0;

/** Where texts stand in the document, and the order in which they are read. */
export namespace Root {
  export const PAYLOAD: i32 = 0;
  export const INTENT: i32 = 1;
  export const REASON: i32 = 2;
  export const IMPACT: i32 = 3;
  export const COMPENSATION: i32 = 4;
  export const REQUEST: i32 = 5;
  export const MESSAGE: i32 = 6;
}

/** How many there are. */
export const ROOTS: i32 = 7;
const firstNodes: StaticArray<u32> = new StaticArray<u32>(ROOTS);
const lastNodes: StaticArray<u32> = new StaticArray<u32>(ROOTS);

/** The nodes of one of them: from the first up to `lastNode`. */
export function firstNode(root: i32): u32 {
  return firstNodes[root];
}

export function lastNode(root: i32): u32 {
  return lastNodes[root];
}

/** Reads the call's input, each byte of it once, and lists its texts. */
export function readNodes(): void {
  const document = readInput();
  capacity = NODES_AT_FIRST;
  nodes = heap.alloc(<usize>capacity * offsetof<Node>());
  let hasAction = false;
  let at = firstMember(document);
  while (at != 0) {
    readName(at);
    if (isName("action")) {
      hasAction = load<u8>(valueAt) == OPENING;
      at = readAction(valueAt);
    } else if (isName("context")) {
      at = readContext(valueAt);
    } else if (isName("message")) {
      at = readMessage(valueAt);
    } else {
      at = endOf(valueAt);
    }
    at = nextMember(at);
  }
  if (objectEnd != document + inputSize) throw new Error("malformed JSON: more after the end");
  if (!hasAction) throw new Error("an input without an action");
}

/** All of these return where the value that begins at `value` ends. */
function readAction(value: usize): usize {
  if (load<u8>(value) != OPENING) return endOf(value);
  let at = firstMember(value);
  while (at != 0) {
    readName(at);
    let end: usize;
    if (isName("payload")) end = addRoot(Root.PAYLOAD, Place.PAYLOAD);
    else if (isName("intent")) end = addRoot(Root.INTENT, Place.ACTION);
    else if (isName("reason")) end = addRoot(Root.REASON, Place.ACTION);
    else if (isName("impact")) end = addRoot(Root.IMPACT, Place.ACTION);
    else if (isName("compensation")) end = addRoot(Root.COMPENSATION, Place.ACTION);
    else end = endOf(valueAt);
    at = nextMember(end);
  }
  return objectEnd;
}

function readContext(value: usize): usize {
  if (load<u8>(value) != OPENING) return endOf(value);
  let at = firstMember(value);
  while (at != 0) {
    readName(at);
    at = nextMember(isName("request") ? addRoot(Root.REQUEST, Place.CONTEXT) : endOf(valueAt));
  }
  return objectEnd;
}

function readMessage(value: usize): usize {
  if (load<u8>(value) != OPENING) return endOf(value);
  let at = firstMember(value);
  while (at != 0) {
    readName(at);
    at = nextMember(isName("strings") && load<u8>(valueAt) == LIST ? readStrings(valueAt) : endOf(valueAt));
  }
  return objectEnd;
}

/** Each string of a rendered message stands under the pointer that is written beside it. */
function readStrings(list: usize): usize {
  firstNodes[Root.MESSAGE] = nodeCount;
  let at = list + 1;
  if (load<u8>(at) != 0x5d) {
    for (;;) {
      at = load<u8>(at) == OPENING ? readString(at) : endOf(at);
      if (load<u8>(at) != COMMA) break;
      at++;
    }
  }
  lastNodes[Root.MESSAGE] = nodeCount;
  if (load<u8>(at) != 0x5d) throw new Error("malformed JSON: neither a comma nor the end of a list");
  return at + 1;
}

function readString(object: usize): usize {
  let pointerStart: usize = 0;
  let pointerEnd: usize = 0;
  let at = firstMember(object);
  while (at != 0) {
    readName(at);
    let end: usize;
    if (isName("text")) {
      const root = append(ROOT, Place.MESSAGE, 0);
      // "pointer" comes before "text".
      root.nameStart = pointerStart;
      root.nameEnd = pointerEnd;
      walk(nodeCount - 1, valueAt);
      end = cursor;
    } else {
      end = endOf(valueAt);
      if (isName("pointer") && load<u8>(valueAt) == QUOTE) {
        pointerStart = valueAt + 1;
        pointerEnd = end - 1;
      }
    }
    at = nextMember(end);
  }
  return objectEnd;
}

/** Where the object ends whose last member was read last. */
let objectEnd: usize = 0;

/** Where the name of the first member begins; 0: there is none. */
function firstMember(object: usize): usize {
  if (load<u8>(object) != OPENING) throw new Error("malformed JSON: not an object");
  if (load<u8>(object, 1) != 0x7d) return object + 1;
  objectEnd = object + 2;
  return 0;
}

/** The same of the member after the one that ends at `end`. */
function nextMember(end: usize): usize {
  const byte = load<u8>(end);
  if (byte == COMMA) return end + 1;
  if (byte != 0x7d) throw new Error("malformed JSON: neither a comma nor the end of an object");
  objectEnd = end + 1;
  return 0;
}

/** Of the member that is being read, and where its value begins. */
let nameStart: usize = 0;
let nameEnd: usize = 0;
let valueAt: usize = 0;

function readName(at: usize): void {
  if (load<u8>(at) != QUOTE) throw new Error("malformed JSON: a member without a name");
  nameStart = at + 1;
  nameEnd = scanString(nameStart);
  if (load<u8>(nameEnd, 1) != COLON) throw new Error("malformed JSON: a name without a value");
  valueAt = nameEnd + 2;
}

/** `name` is plain ASCII. */
function isName(name: string): bool {
  const length = <usize>name.length;
  if (nameEnd - nameStart != length) return false;
  for (let i: usize = 0; i < length; i++) {
    if (<u16>load<u8>(nameStart + i) != load<u16>(changetype<usize>(name) + (i << 1))) return false;
  }
  return true;
}

const OPENING: u8 = 0x7b;
const LIST: u8 = 0x5b;
const QUOTE: u8 = 0x22;
const COMMA: u8 = 0x2c;
const COLON: u8 = 0x3a;

function addRoot(root: i32, place: u32): usize {
  const first = nodeCount;
  const node = append(ROOT, place, 0);
  // The payload's own name is no part of its pointer, and nobody's text.
  if (place != Place.PAYLOAD) {
    node.nameStart = nameStart;
    node.nameEnd = nameEnd;
  }
  walk(first, valueAt);
  firstNodes[root] = first;
  lastNodes[root] = nodeCount;
  return cursor;
}

/** Where a value ends. */
function endOf(at: usize): usize {
  let depth = 0;
  for (;;) {
    const byte = load<u8>(at);
    if (byte == OPENING || byte == LIST) {
      if (++depth > DEPTH_MAX) throw new Error("malformed input: nested too deep");
      at++;
      // Opening and closing brackets are two apart.
      if (load<u8>(at) != byte + 2) continue;
    } else {
      at = byte == QUOTE ? scanString(at + 1) + 1 : endOfScalar(at);
      if (load<u8>(at) == COLON && byte == QUOTE && depth > 0) {
        at++;
        continue;
      }
    }
    while (depth > 0 && (load<u8>(at) | 0x20) == 0x7d) {
      depth--;
      at++;
    }
    if (depth == 0) break;
    if (load<u8>(at) != COMMA) throw new Error("malformed JSON: neither a comma nor the end of a list or object");
    at++;
  }
  return at;
}

function endOfScalar(at: usize): usize {
  const byte = load<u8>(at);
  if (byte == 0x2d || <u8>(byte - 0x30) < 10) return scanNumber(at);
  const word = load<u32>(at);
  if (word == 0x65757274 || word == 0x6c6c756e) return at + 4; // "true", "null", little-endian
  if (word == 0x736c6166 && load<u8>(at, 4) == 0x65) return at + 5; // "fals", "e"
  throw new Error("malformed JSON: not a value");
}

/** Lists a value, whose node is `first`, and all that it holds; the cursor is then at its end. */
function walk(first: u32, at: usize): void {
  cursor = at;
  let depth = 0;
  let node = first;
  for (;;) {
    if (readStart(nodeAt(node))) {
      if (++depth > DEPTH_MAX) throw new Error("malformed input: nested too deep");
      node = child(node, 0);
      continue;
    }
    // After a value: the next one, or the end of one or more lists and objects.
    while (node != first && load<u8>(cursor) != COMMA) {
      node = nodeAt(node).parent;
      // Opening and closing brackets are two apart.
      if (load<u8>(cursor) != (<u32>nodeAt(node).kind == NodeKind.OBJECT ? OPENING : LIST) + 2) {
        throw new Error("malformed JSON: neither a comma nor the end of a list or object");
      }
      cursor++;
      depth--;
    }
    if (node == first) return;
    cursor++;
    node = child(nodeAt(node).parent, nodeAt(node).index + 1);
  }
}

function child(parent: u32, index: u32): u32 {
  const made = nodeCount;
  const above = nodeAt(parent);
  const isMember = <u32>above.kind == NodeKind.OBJECT;
  const node = append(parent, above.place, index);
  if (isMember) {
    if (load<u8>(cursor) != QUOTE) throw new Error("malformed JSON: a member without a name");
    node.nameStart = cursor + 1;
    node.nameEnd = scanString(cursor + 1);
    node.nameFlags = stringFlags;
    if (load<u8>(node.nameEnd, 1) != COLON) throw new Error("malformed JSON: a name without a value");
    cursor = node.nameEnd + 2;
  }
  return made;
}

/** True where the value holds others, and the cursor is at the first. */
function readStart(node: Node): bool {
  const byte = load<u8>(cursor);
  if (byte == QUOTE) {
    node.kind = <u8>NodeKind.STRING;
    node.start = cursor + 1;
    node.end = scanString(cursor + 1);
    node.flags = stringFlags;
    cursor = node.end + 1;
    return false;
  }
  if (byte == OPENING || byte == LIST) {
    node.kind = byte == OPENING ? <u8>NodeKind.OBJECT : <u8>NodeKind.ARRAY;
    cursor++;
    if (load<u8>(cursor) != byte + 2) return true;
    cursor++;
    return false;
  }
  const isNumber = byte == 0x2d || <u8>(byte - 0x30) < 10;
  node.kind = isNumber ? <u8>NodeKind.NUMBER : <u8>NodeKind.OTHER;
  node.start = cursor;
  cursor = endOfScalar(cursor);
  node.end = cursor;
  return false;
}
