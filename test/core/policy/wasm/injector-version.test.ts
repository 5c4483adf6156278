/** INJECTOR_VERSION is written by hand: this notices where the meter's own code has changed and the version has not. */
import { expect, it } from "vitest";
import { digestOf } from "../../../../core/hash.ts";
import { INJECTOR_VERSION } from "../../../../core/policy/wasm/profile.ts";
import { metered } from "./wasm.ts";

/** Digest of what each version makes of the module below, under the unit table: no limit or price of the profile is in it. */
const MADE_BY: Readonly<Record<number, string>> = {
  2: "sha256:6dddedf53ef3cd7c0e2a82f57b79e161685019b353c35abe59b73f93b7388552",
};

/** Every kind of code that the meter adds. */
const MODULE = `(module
  (import "env" "abort" (func $abort (param i32 i32 i32 i32)))
  (import "countersign:host/env" "output_write" (func $output_write (param i32 i32)))
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (memory (export "memory") 1 4)
  (global $state (mut i64) (i64.const -1))
  (table 3 3 funcref)
  (elem (i32.const 0) $leaf $recursive $abort)
  (data (i32.const 16) "data")
  (func $leaf (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
  (func $recursive (param i32) (result i32) (local i64 i32)
    (if (i32.eqz (local.get 0)) (then (return (call $leaf (i32.const 7)))))
    (loop $again
      (global.set $state (i64.sub (global.get $state) (i64.const 1)))
      (i32.store (local.get 2) (i32.const 1)) (i64.store offset=8 (local.get 2) (i64.const 1))
      (i32.store16 offset=300 (i32.add (local.get 2) (i32.const 64)) (i32.const 1)) (i32.store8 (i32.const 99) (i32.const 1))
      (br_if $again (i32.lt_u (local.tee 2 (i32.add (local.get 2) (i32.const 1))) (i32.const 3))))
    (call_indirect (param i32) (result i32) (i32.sub (local.get 0) (i32.const 1)) (i32.const 1)))
  (func $begin (drop (memory.grow (i32.const 1))))
  (start $begin)
  (func (export "configure") (result i32) (drop (call $alloc (i64.const 8))) (i32.const 0))
  (func (export "evaluate") (result i32)
    (memory.fill (i32.const 0) (i32.const 1) (i32.const 8))
    (memory.copy (i32.const 8) (i32.const 0) (i32.const 8))
    (call $output_write (i32.const 16) (i32.const 4))
    (if (i32.const 0) (then (call $abort (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))))
    (call $recursive (i32.const 2))))`;

it("the same version makes the same bytes", () => {
  expect(digestOf(metered(MODULE))).toBe(MADE_BY[INJECTOR_VERSION]);
});
