/**
 * The least that any compiled Rego policy does, behind the interface of https://www.openpolicyagent.org/docs/wasm (ABI 1.3),
 * by which the official SDK drives it: it looks at each byte of the input once, and its answer is always the same text. A real
 * one makes values of the input, evaluates, and writes the answer. So this is a floor under OPA's time, and no policy.
 */
const RESULT_AT = 64;
const NAMES_AT = 96;
const EMPTY_AT = 128;
const HEAP_AT = 4096;

export const OPA_FLOOR = `(module
  (import "env" "memory" (memory 2))
  (global (export "opa_wasm_abi_version") i32 (i32.const 1))
  (global (export "opa_wasm_abi_minor_version") i32 (i32.const 3))
  (global $heap (mut i32) (i32.const ${HEAP_AT}))
  (data (i32.const ${RESULT_AT}) "[{\\22result\\22:true}]\\00")
  (data (i32.const ${NAMES_AT}) "{\\22bench/allow\\22:0}\\00")
  (data (i32.const ${EMPTY_AT}) "{}\\00")
  (func (export "opa_malloc") (param i32) (result i32)
    (global.get $heap) (global.set $heap (i32.add (global.get $heap) (local.get 0))))
  (func (export "opa_json_parse") (param i32 i32) (result i32) (i32.const ${EMPTY_AT}))
  (func (export "opa_json_dump") (param i32) (result i32) (local.get 0))
  (func (export "opa_heap_ptr_get") (result i32) (global.get $heap))
  (func (export "opa_heap_ptr_set") (param i32) (global.set $heap (local.get 0)))
  (func (export "builtins") (result i32) (i32.const ${EMPTY_AT}))
  (func (export "entrypoints") (result i32) (i32.const ${NAMES_AT}))
  (func (export "opa_eval") (param $reserved i32) (param $entry i32) (param $data i32) (param $input i32) (param $size i32)
    (param $heap i32) (param $format i32) (result i32) (local $end i32) (local $sum i32)
    (local.set $end (i32.add (local.get $input) (local.get $size)))
    (if (local.get $size) (then (loop $next
      (local.set $sum (i32.add (local.get $sum) (i32.load8_u (local.get $input))))
      (br_if $next (i32.lt_u (local.tee $input (i32.add (local.get $input) (i32.const 1))) (local.get $end))))))
    (i32.store (local.get $heap) (local.get $sum))
    (i32.const ${RESULT_AT})))`;
