/**
 * A stand-in for bench/small-decision.rego compiled: OPA's compiler is a program of its own, which npm does not have. Written by
 * hand in AssemblyScript behind the interface of https://www.openpolicyagent.org/docs/wasm (ABI 1.3), by which the official SDK
 * drives it. As a compiled policy does, it makes values of the input's JSON, finds members by comparing strings, builds the set
 * of results and writes that as JSON. It does so in the plainest way: lists where OPA's runtime has hash tables, a double where
 * that has numbers of any size, and escapes in strings are refused. So it is a guess at the least
 * that OPA takes, and no measure of it.
 */

const bytes = (text: string): string =>
  `memory.data<u8>([${[...new TextEncoder().encode(text), 0].join(", ")}])`;
const string = (text: string): string => `make(STRING, ${bytes(text)}, ${text.length})`;

export const OPA_STAND_IN = `
const NULL: u32 = 1, BOOL: u32 = 2, NUMBER: u32 = 3, STRING: u32 = 4, ARRAY: u32 = 5, OBJECT: u32 = 6, SET: u32 = 7;
// A value: its type; where its text, first item or first member is; bytes of text; the next one beside it; a member's name.
const VALUE: usize = 20;
let heap: usize = 8192;
let at: usize = 0;

export const opa_wasm_abi_version: i32 = 1;
export const opa_wasm_abi_minor_version: i32 = 3;
export function builtins(): usize { return make(OBJECT, 0, 0); }
export function entrypoints(): usize { return opa_json_parse(${bytes('{"bench/allow":0}')}, ${'{"bench/allow":0}'.length}); }
export function opa_malloc(size: usize): usize { const p = (heap + 7) & ~7; heap = p + size; return p; }
export function opa_heap_ptr_get(): usize { return heap; }
export function opa_heap_ptr_set(p: usize): void { heap = p; }
export function opa_json_parse(p: usize, size: usize): usize { at = p; return parse(); }
export function opa_json_dump(v: usize): usize { const out = opa_malloc(256); const end = dump(v, out); store<u8>(end, 0); return out; }

function make(type: u32, first: usize, size: u32): usize {
  const v = opa_malloc(VALUE);
  store<u32>(v, type); store<usize>(v, first, 4); store<u32>(v, size, 8); store<usize>(v, 0, 12); store<usize>(v, 0, 16);
  return v;
}
@inline function space(): void { while (load<u8>(at) == 0x20 || <u8>(load<u8>(at) - 9) < 5) at++; }

function parse(): usize {
  space();
  const c = load<u8>(at);
  if (c == 0x22) {
    const start = ++at;
    while (load<u8>(at) != 0x22) { if (load<u8>(at) == 0x5c || load<u8>(at) < 0x20) unreachable(); at++; }
    return make(STRING, start, <u32>(at++ - start));
  }
  if (c == 0x7b || c == 0x5b) {
    const isObject = c == 0x7b, close: u8 = isObject ? 0x7d : 0x5d;
    const list = make(isObject ? OBJECT : ARRAY, 0, 0);
    at++; space();
    if (load<u8>(at) == close) { at++; return list; }
    let last: usize = 0; let count: u32 = 0;
    for (;;) {
      let name: usize = 0;
      if (isObject) { name = parse(); if (load<u32>(name) != STRING) unreachable(); space(); if (load<u8>(at++) != 0x3a) unreachable(); }
      const item = parse();
      store<usize>(item, name, 16);
      if (last) store<usize>(last, item, 12); else store<usize>(list, item, 4);
      last = item; count++; space();
      const d = load<u8>(at++);
      if (d == close) break;
      if (d != 0x2c) unreachable();
    }
    store<u32>(list, count, 8);
    return list;
  }
  if (c == 0x74) { at += 4; return make(BOOL, 1, 0); }
  if (c == 0x66) { at += 5; return make(BOOL, 0, 0); }
  if (c == 0x6e) { at += 4; return make(NULL, 0, 0); }
  const start = at;
  while (isDigit(load<u8>(at))) at++;
  if (at == start) unreachable();
  return make(NUMBER, start, <u32>(at - start));
}
function isDigit(c: u8): bool { return <u8>(c - 0x30) < 10 || c == 0x2d || c == 0x2b || c == 0x2e || (c | 0x20) == 0x65; }

function same(v: usize, w: usize): bool {
  if (!v || load<u32>(v) != STRING || load<u32>(w) != STRING) return false;
  const size = load<u32>(v, 8);
  return size == load<u32>(w, 8) && memory.compare(load<usize>(v, 4), load<usize>(w, 4), size) == 0;
}
function get(o: usize, name: usize): usize {
  if (!o || load<u32>(o) != OBJECT) return 0;
  for (let m = load<usize>(o, 4); m; m = load<usize>(m, 12)) if (same(load<usize>(m, 16), name)) return m;
  return 0;
}
function holds(list: usize, wanted: usize): bool {
  for (let m = load<usize>(list, 4); m; m = load<usize>(m, 12)) if (same(m, wanted)) return true;
  return false;
}
function add(list: usize, item: usize): void { store<usize>(item, load<usize>(list, 4), 12); store<usize>(list, item, 4); store<u32>(list, load<u32>(list, 8) + 1, 8); }

// The strings of the policy, made once.
const TOOL = ${string("tool")};
const ROLES = ${string("roles")};
const AMOUNT = ${string("amount")};
const KB_READ = ${string("kb.read")};
const EMAIL_SEND = ${string("email.send")};
const REFUND = ${string("payments.refund")};
const SUPPORT = ${string("support")};
const SALES = ${string("sales")};
const FINANCE = ${string("finance")};
const RESULT = ${string("result")};
const SENDERS = make(SET, 0, 0);
add(SENDERS, SUPPORT); add(SENDERS, SALES);
const LIMIT: f64 = 500;

// Whole numbers and fractions; the cases have no more.
function number(v: usize): f64 {
  let p = load<usize>(v, 4); const end = p + load<u32>(v, 8);
  let n: f64 = 0, unit: f64 = 1; let isNegative = false, fraction = false;
  for (; p < end; p++) {
    const c = load<u8>(p);
    if (c == 0x2d) isNegative = true;
    else if (c == 0x2e) fraction = true;
    else if (<u8>(c - 0x30) > 9) unreachable();
    else { n = n * 10 + <f64>(c - 0x30); if (fraction) unit *= 10; }
  }
  return (isNegative ? -n : n) / unit;
}

function allow(input: usize): bool {
  const tool = get(input, TOOL);
  if (same(tool, KB_READ)) return true;
  if (same(tool, EMAIL_SEND)) {
    const roles = get(input, ROLES);
    if (roles) for (let role = load<usize>(roles, 4); role; role = load<usize>(role, 12)) if (holds(SENDERS, role)) return true;
  }
  if (same(tool, REFUND)) {
    const roles = get(input, ROLES);
    if (roles && holds(roles, FINANCE)) { const amount = get(input, AMOUNT); if (amount && load<u32>(amount) == NUMBER && number(amount) <= LIMIT) return true; }
  }
  return false;
}
function dump(v: usize, to: usize): usize {
  const type = load<u32>(v);
  if (type == BOOL) { if (load<u32>(v, 4)) { store<u32>(to, 0x65757274); return to + 4; } store<u32>(to, 0x736c6166); store<u8>(to, 0x65, 4); return to + 5; }
  if (type == NUMBER) { const size = load<u32>(v, 8); memory.copy(to, load<usize>(v, 4), size); return to + size; }
  if (type == STRING) { const size = load<u32>(v, 8); store<u8>(to, 0x22); memory.copy(to + 1, load<usize>(v, 4), size); store<u8>(to + 1 + size, 0x22); return to + size + 2; }
  const isObject = type == OBJECT;
  store<u8>(to++, isObject ? 0x7b : 0x5b);
  for (let m = load<usize>(v, 4); m; m = load<usize>(m, 12)) {
    if (isObject) { to = dump(load<usize>(m, 16), to); store<u8>(to++, 0x3a); }
    to = dump(m, to);
    if (load<usize>(m, 12)) store<u8>(to++, 0x2c);
  }
  store<u8>(to++, isObject ? 0x7d : 0x5d);
  return to;
}
export function opa_eval(reserved: i32, entry: i32, data: usize, input: usize, size: usize, heapPtr: usize, format: i32): usize {
  heap = heapPtr;
  at = input;
  const value = size ? parse() : 0;
  if (size && at != input + size) unreachable();
  const answer = make(BOOL, allow(value) ? 1 : 0, 0);
  store<usize>(answer, RESULT, 16);
  const row = make(OBJECT, answer, 1);
  const set = make(SET, 0, 0);
  add(set, row);
  return opa_json_dump(set);
}
`;
