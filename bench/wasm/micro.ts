/** Code that metering costs most, in WebAssembly's text form. Each `evaluate` is some 50 to 500 us of work unmetered. */

const policy = (body: string, more = ""): string => `(module
  (memory (export "memory") 1)
  ${more}
  (func (export "evaluate") (result i32) (local $i i32) (local $x i32) ${body} i32.const 0))`;

const times = (count: number, body: string): string => `
  (loop $again
    ${body}
    (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const ${count}))))
  (i32.store (i32.const 0) (local.get $x))`;

export const MICRO: Readonly<Record<string, string>> = {
  "tight loop": policy(
    times(
      200_000,
      "(local.set $x (i32.xor (i32.add (local.get $x) (local.get $i)) (i32.shl (local.get $x) (i32.const 1))))",
    ),
  ),
  "byte scan": policy(
    times(
      65_536,
      "(local.set $x (i32.add (local.get $x) (i32.load8_u (i32.and (local.get $i) (i32.const 0xffff)))))",
    ),
  ),
  "tiny functions": policy(
    times(100_000, "(local.set $x (call $tiny (local.get $x) (local.get $i)))"),
    "(func $tiny (param i32 i32) (result i32) (i32.xor (i32.add (local.get 0) (i32.const 7)) (local.get 1)))",
  ),
  "tiny functions, indirect": policy(
    times(
      100_000,
      "(local.set $x (call_indirect (type $t) (local.get $x) (local.get $i) (i32.and (local.get $i) (i32.const 1))))",
    ),
    `(type $t (func (param i32 i32) (result i32)))
     (table 2 2 funcref) (elem (i32.const 0) $one $two)
     (func $one (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
     (func $two (param i32 i32) (result i32) (i32.sub (local.get 0) (local.get 1)))`,
  ),
  "recursive fib(22)": policy(
    "(i32.store (i32.const 0) (call $fib (i32.const 22)))",
    `(func $fib (param i32) (result i32)
       (if (result i32) (i32.lt_u (local.get 0) (i32.const 2))
         (then (local.get 0))
         (else (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1)))
                        (call $fib (i32.sub (local.get 0) (i32.const 2)))))))`,
  ),
  "memory.copy, 0 to 63 bytes": policy(
    times(10_000, "(memory.copy (i32.const 32768) (local.get $i) (i32.and (local.get $i) (i32.const 63)))"),
  ),
  "memory.copy, 16 KB": policy(
    times(200, "(memory.copy (i32.const 32768) (local.get $i) (i32.const 16384))"),
  ),
};
