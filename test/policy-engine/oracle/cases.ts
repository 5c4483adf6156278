/** Control flow written by hand: every way in which a block can be entered, left, passed over and come back to. */

const module = (code: string, fields = "", locals = "(local $n i32) (local $m i64)") => `(module
  (memory (export "memory") 1 4)
  (global $g (mut i32) (i32.const 5))
  ${fields}
  (func $evaluate (export "evaluate") (result i32) ${locals} ${code}))`;

/** `$n` from 0 to below `rounds`. */
const counted = (rounds: number, code: string, name = "$l") => `(loop ${name} ${code}
  (br_if ${name} (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const ${rounds}))))`;

export const CASES: Readonly<Record<string, string>> = {
  nothing: module("(i32.const 0)"),
  "a straight line": module(
    "(i32.add (i32.mul (i32.const 3) (i32.const 4)) (i32.div_u (i32.const 9) (i32.const 2)))",
  ),
  "a loop": module(`${counted(10, "")} (local.get $n)`),
  "a loop run once": module("(loop (local.set $n (i32.const 4))) (local.get $n)"),
  "loops one after the other": module(
    `${counted(3, "nop")} (local.set $n (i32.const 0)) ${counted(4, "nop", "$k")} (i32.const 1)`,
  ),
  "loops in one another": module(
    `(loop $a (local.set $m (i64.add (local.get $m) (i64.const 1)))
      (local.set $n (i32.const 0)) ${counted(7, "(global.set $g (i32.add (global.get $g) (i32.const 1)))", "$b")}
      (br_if $a (i64.lt_u (local.get $m) (i64.const 5))))
     (global.get $g)`,
  ),
  "a jump from the inner loop to the outer": module(
    `(loop $a (loop $b (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br_if $a (i32.eq (i32.rem_u (local.get $n) (i32.const 3)) (i32.const 1)))
      (br_if $b (i32.lt_u (local.get $n) (i32.const 20)))))
     (local.get $n)`,
  ),
  "two loops that begin together": module(
    `(loop $a (loop $b (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br_if $b (i32.and (local.get $n) (i32.const 1)))) (br_if $a (i32.lt_u (local.get $n) (i32.const 9))))
     (local.get $n)`,
  ),
  "if with two arms": module(
    `${counted(9, "(if (i32.and (local.get $n) (i32.const 1)) (then (local.set $m (i64.mul (local.get $m) (i64.const 3)))) (else (local.set $m (i64.const 1))))")} (i32.wrap_i64 (local.get $m))`,
  ),
  "if without else": module(
    `${counted(9, "(if (i32.and (local.get $n) (i32.const 2)) (then (global.set $g (local.get $n))))")} (global.get $g)`,
  ),
  "an empty then": module("(if (i32.const 1) (then)) (if (i32.const 0) (then)) (i32.const 2)"),
  "an empty else": module("(if (i32.const 0) (then (global.set $g (i32.const 1))) (else)) (global.get $g)"),
  "if with a result": module(
    "(if (result i32) (global.get $g) (then (i32.const 1)) (else (i32.div_s (i32.const 8) (i32.const 3))))",
  ),
  "a loop in each arm": module(
    `(if (global.get $g) (then ${counted(3, "nop")}) (else ${counted(5, "nop", "$k")})) (local.get $n)`,
  ),
  "ifs in one another": module(
    `${counted(
      16,
      `(if (i32.and (local.get $n) (i32.const 1)) (then
      (if (i32.and (local.get $n) (i32.const 2)) (then (global.set $g (i32.const 1))) (else
        (if (i32.and (local.get $n) (i32.const 4)) (then (global.set $g (i32.rem_u (i32.const 7) (local.get $n)))))))))`,
    )} (global.get $g)`,
  ),
  "br out of blocks": module(
    `(block $a (block $b (block $c (br $b)) (global.set $g (i32.const 1))) (global.set $g (i32.const 2)) (br $a)) (global.get $g)`,
  ),
  "br with a value": module(
    "(block (result i32) (drop (br_if 0 (i32.const 7) (i32.const 1))) (i32.const 8))",
  ),
  "br with a value over others": module(
    "(block (result i32) (i32.const 1) (i32.const 2) (br 0 (i32.const 3)))",
  ),
  "br to the function's label": module("(block (br 1 (i32.const 3))) (unreachable)"),
  "br_if to the function's label": module("(i32.const 4) (br_if 0 (i32.const 1)) drop (i32.const 5)"),
  "a return in a loop": module("(loop (return (i32.const 6))) (unreachable)"),
  "a return in an arm": module("(if (global.get $g) (then (return (i32.const 1)))) (i32.const 2)"),
  "br_table, every target": module(
    `${counted(
      6,
      `(block $c (block $b (block $a (br_table $a $b $c $a (local.get $n)))
        (global.set $g (i32.add (global.get $g) (i32.const 1))))
        (global.set $g (i32.mul (global.get $g) (i32.const 3))))`,
    )} (global.get $g)`,
  ),
  "br_table into a loop's header": module(
    `(block $out (loop $a (loop $b (local.set $n (i32.add (local.get $n) (i32.const 1)))
       (br_table $a $b $a $b $out (local.get $n))))) (local.get $n)`,
  ),
  "br_table with a value": module(
    "(block $a (result i32) (drop (block $b (result i32) (br_table $a $b (i32.const 4) (i32.const 1)))) (i32.const 9))",
  ),
  "br_table to the function's label": module(
    "(block (result i32) (br_table 1 0 (i32.const 4) (i32.const 0)))",
  ),
  "br_table with one target": module("(block (br_table 0 (i32.const 77))) (i32.const 0)"),
  "unreachable code": module(
    "(return (i32.const 1)) (loop (br 0)) (drop (i32.div_u (i32.const 1) (i32.const 0)))",
  ),
  "unreachable code in a loop": module(
    `(block $out ${counted(3, "(if (i32.eq (local.get $n) (i32.const 1)) (then (br $out) (global.set $g (i32.const 9))))")}) (global.get $g)`,
  ),
  "a loop nobody comes to": module("(if (i32.const 0) (then (loop $l (br $l)))) (i32.const 1)"),
  calls: module(
    `${counted(5, "(global.set $g (call $f (local.get $n) (i64.const 2)))")} (global.get $g)`,
    "(func $f (param i32 i64) (result i32) (local i64 i64 i32) (if (result i32) (local.get 0) (then (call $h)) (else (i32.const 3)))) (func $h (result i32) (i32.const 8))",
  ),
  "a call of nothing": module("(call $f) (i32.const 1)", "(func $f)"),
  recursion: module(
    "(call $fib (i32.const 9))",
    `(func $fib (param i32) (result i32)
    (if (i32.lt_u (local.get 0) (i32.const 2)) (then (return (local.get 0))))
    (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1))) (call $fib (i32.sub (local.get 0) (i32.const 2)))))`,
  ),
  call_indirect: module(
    `${counted(6, "(global.set $g (i32.add (global.get $g) (call_indirect (type $t) (local.get $n) (i32.rem_u (local.get $n) (i32.const 3)))))")} (global.get $g)`,
    `(type $t (func (param i32) (result i32))) (table 3 3 funcref) (elem (i32.const 0) $a $b) (elem (i32.const 2) $a)
     (func $a (type $t) (i32.mul (local.get 0) (i32.const 3))) (func $b (type $t) (loop (result i32) (i32.const 1)))`,
  ),
  "call_indirect of an empty function": module(
    "(call_indirect (i32.const 0)) (i32.const 1)",
    "(table 1 1 funcref) (elem (i32.const 0) $f) (func $f)",
  ),
  memory: module(
    `${counted(4, "(i32.store8 offset=3 (local.get $n) (i32.const 200)) (i64.store (i32.const 64) (i64.load32_s (i32.const 2)))")} (i32.load16_s (i32.const 4))`,
  ),
  "memory.fill and memory.copy": module(
    "(memory.fill (i32.const 10) (i32.const 7) (i32.const 333)) (memory.copy (i32.const 11) (i32.const 10) (i32.const 100)) (memory.copy (i32.const 0) (i32.const 0) (i32.const 0)) (i32.load (i32.const 300))",
  ),
  "memory.grow and memory.size": module(
    "(drop (memory.grow (i32.const 2))) (drop (memory.grow (i32.const 0))) (drop (memory.grow (i32.const 9))) (memory.size)",
  ),
  "memory.grow by 2^32 - 1": module("(memory.grow (i32.const -1))"),
  "select, drop, tee": module(
    "(drop (local.tee $n (i32.const 4))) (select (local.get $n) (i32.const 2) (i32.eqz (local.get $n)))",
  ),
  "every integer instruction": module(
    `${["eqz", "clz", "ctz", "popcnt", "extend8_s", "extend16_s"].map((name) => `(drop (i32.${name} (i32.const -77))) (drop (i64.${name} (i64.const -77)))`).join(" ")}
     ${"eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr"
       .split(" ")
       .map(
         (name) =>
           `(drop (i32.${name} (i32.const -77) (i32.const 13))) (drop (i64.${name} (i64.const -77) (i64.const 13)))`,
       )
       .join(" ")}
     (drop (i64.extend32_s (i64.extend_i32_u (i32.const -1)))) (i32.wrap_i64 (i64.extend_i32_s (i32.const -1)))`,
  ),
  "every load and store": module(
    `${["i32.store8", "i32.store16", "i32.store"].map((name) => `(${name} (i32.const 17) (i32.const 0x8badf00d))`).join(" ")}
     ${["i64.store8", "i64.store16", "i64.store32", "i64.store"].map((name) => `(${name} (i32.const 33) (i64.const 0x8badf00ddeadbeef))`).join(" ")}
     ${["i32.load", "i32.load8_s", "i32.load8_u", "i32.load16_s", "i32.load16_u", "i64.load", "i64.load8_s", "i64.load8_u", "i64.load16_s", "i64.load16_u", "i64.load32_s", "i64.load32_u"].map((name) => `(drop (${name} offset=1 (i32.const 33)))`).join(" ")} (i32.const 0)`,
  ),
  "a way out of a loop that nothing comes to": module(
    "(block $b (loop (return (i32.const 3)) (br $b))) (global.set $g (i32.mul (i32.const 3) (i32.const 3))) (i32.const 1)",
  ),
  "a loop left three ways": module(
    `(block $a (block $b (loop $l (local.set $n (i32.add (local.get $n) (i32.const 1)))
       (br_if $a (i32.eq (local.get $n) (i32.const 4))) (br_if $b (global.get $g))
       (br_if $l (i32.const 1)))
       (global.set $g (i32.rem_u (i32.const 9) (i32.const 4))))
       (global.set $g (i32.div_u (i32.const 9) (i32.const 4))) (global.set $g (i32.const 4)))
     (global.get $g)`,
  ),
  "a dear way that is not taken": module(
    "(block $a (block $b (br_if $a (global.get $g)) (br_if $b (i32.const 1)) (drop (i32.div_u (i32.const 1) (i32.const 1)))) (drop (i64.div_u (i64.const 1) (i64.const 1)))) (i32.const 0)",
  ),
  "a dear arm that ends in a jump": module(
    `(if (i32.eqz (global.get $g)) (then (drop (i32.div_u (i32.const 8) (i32.const 3))) (br 0)) (else (global.set $g (i32.const 1))))
     (if (i32.eqz (global.get $g)) (then (global.set $g (i32.const 1))) (else (drop (i32.div_u (i32.const 8) (i32.const 3))) (br 0)))
     (global.get $g)`,
  ),
  "a dear arm that returns": module(
    "(if (i32.eqz (global.get $g)) (then (return (i32.div_u (i32.const 8) (i32.const 3)))) (else (global.set $g (i32.const 1)))) (global.get $g)",
  ),
  "a block that is left only by a jump": module(
    "(block $a (block $b (br_if $b (global.get $g)) (drop (i32.div_u (i32.const 8) (i32.const 3))) (br $a)) (global.set $g (i32.const 3))) (global.get $g)",
  ),
  "a dear dead end": module(
    "(if (i32.eqz (global.get $g)) (then (drop (i32.div_u (i32.const 1) (i32.const 1))) (drop (i32.div_u (i32.const 1) (i32.const 1))) (unreachable))) (i32.const 0)",
  ),
  "a leaf called in a loop": module(
    `${counted(5, "(global.set $g (call $f (local.get $n)))")} (global.get $g)`,
    "(func $f (param i32) (result i32) (local i64) (if (result i32) (local.get 0) (then (i32.const 1)) (else (i32.rem_u (i32.const 9) (i32.const 4)))))",
  ),
  "a leaf called in one arm": module(
    `${counted(5, "(if (i32.and (local.get $n) (i32.const 1)) (then (call $f)))")} (global.get $g)`,
    "(func $f (global.set $g (i32.div_u (global.get $g) (i32.const 2))))",
  ),
  "a leaf called through the table and by name": module(
    "(call $f) (call_indirect (i32.const 0)) (call $f) (i32.const 0)",
    "(table 1 1 funcref) (elem (i32.const 0) $f) (func $f (global.set $g (i32.const 2)))",
  ),
  "a leaf that traps": module(
    "(call $f) (i32.const 0)",
    "(func $f (if (global.get $g) (then (unreachable))) (drop (i32.div_u (i32.const 1) (i32.const 1))))",
  ),
  "a leaf that fills": module(
    "(call $f) (i32.const 0)",
    "(func $f (memory.fill (i32.const 0) (i32.const 1) (i32.const 321)))",
  ),
  "a function of 128 instructions": module(
    `${counted(3, "(if (i32.eq (local.get $n) (i32.const 7)) (then (call $f)))")} (i32.const 0)`,
    `(func $f ${"nop ".repeat(127)})`,
  ),
  "a function of 129 instructions": module(
    `${counted(3, "(if (i32.eq (local.get $n) (i32.const 7)) (then (call $f)))")} (i32.const 0)`,
    `(func $f ${"nop ".repeat(128)})`,
  ),
  "a frame of 64 words": module(
    `${counted(3, "(if (i32.eq (local.get $n) (i32.const 7)) (then (call $f)))")} (i32.const 0)`,
    `(func $f (local ${"i64 ".repeat(54)}) (drop (i32.add (i32.const 1) (i32.const 2))))`,
  ),
  "a frame of 65 words": module(
    `${counted(3, "(if (i32.eq (local.get $n) (i32.const 7)) (then (call $f)))")} (i32.const 0)`,
    `(func $f (local ${"i64 ".repeat(55)}) (drop (i32.add (i32.const 1) (i32.const 2))))`,
  ),
  "a trap in a loop": module(
    `${counted(5, "(global.set $g (i32.div_u (i32.const 9) (i32.sub (i32.const 3) (local.get $n))))")} (i32.const 0)`,
  ),
  "a trap in a called function": module(
    "(drop (call $f)) (i32.const 1)",
    "(func $f (result i32) (i32.load (i32.const -1)))",
  ),
  "unreachable, reached": module(
    "(global.set $g (i32.const 1)) (if (i32.const 1) (then (unreachable))) (i32.const 1)",
  ),
  "memory.fill past the end": module(
    "(memory.fill (i32.const 65530) (i32.const 1) (i32.const 7)) (i32.const 1)",
  ),
  "memory.copy past the end": module(
    "(memory.copy (i32.const 0) (i32.const 65530) (i32.const 7)) (i32.const 1)",
  ),
  "call_indirect of an empty element": module(
    "(call_indirect (i32.const 0)) (i32.const 1)",
    "(table 1 1 funcref)",
  ),
  "call_indirect of another type": module(
    "(call_indirect (i32.const 0)) (i32.const 1)",
    "(table 1 1 funcref) (elem (i32.const 0) $evaluate)",
  ),
};
