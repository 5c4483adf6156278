/** Policies in WebAssembly's text form that make, scan and weigh parts. Each fires FIRED, or finds nothing. */
import { assemble } from "../harness/wat.ts";

const NOTHING = '{\\"findings\\":[]}';
const FIRED = '{\\"findings\\":[{\\"rule\\":\\"FIRED\\"}]}';

/** `body` ends in the i32 that `evaluate` returns; it may call what is imported, $nothing and $fired. */
const module = (body: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(
    assemble(`(module
      (import "countersign:host/env" "input_length" (func $inputLength (result i32)))
      (import "countersign:host/env" "input_read" (func $inputRead (param i32 i32)))
      (import "countersign:host/env" "part_length" (func $partLength (param i32) (result i32)))
      (import "countersign:host/env" "part_read" (func $partRead (param i32 i32 i32)))
      (import "countersign:host/env" "reading_write" (func $read (param i32 i32)))
      (import "countersign:host/env" "output_write" (func $output (param i32 i32)))
      (memory (export "memory") 2)
      (data (i32.const 16) "${NOTHING}")
      (data (i32.const 64) "${FIRED}")
      (func $nothing (call $output (i32.const 16) (i32.const 15)))
      (func $fired (call $output (i32.const 64) (i32.const 31)))
      (func (export "evaluate") (result i32) ${body} (i32.const 0)))`),
  );

/** The whole input is the reading. */
const READ_INPUT = `(call $inputRead (i32.const 1024) (call $inputLength))
  (call $read (i32.const 1024) (call $inputLength))`;

export const READER = module(`${READ_INPUT} (call $nothing)`);
/** What it reads is always five bytes: not what another reader reads. */
export const OTHER_READER = module("(call $read (i32.const 64) (i32.const 5)) (call $nothing)");
export const TRAPPING_READER = module(`${READ_INPUT} (call $nothing) (unreachable)`);
/** It answers in no words that a verdict has. */
export const MISSPOKEN_READER = module(`${READ_INPUT} (call $output (i32.const 64) (i32.const 5))`);
export const SILENT = module("(call $nothing)");
export const FIRING = module("(call $fired)");
/** Fires where the reading is as long as the input. */
export const SCANNER = module(`
  (if (i32.eq (call $partLength (i32.const 1)) (call $inputLength)) (then (call $fired)) (else (call $nothing)))`);
/** Fires where others found anything: where that is more than {"findings":[]}. */
export const WEIGHER = module(`
  (if (i32.gt_s (call $partLength (i32.const 2)) (i32.const 15)) (then (call $fired)) (else (call $nothing)))`);
/** Fires where it is given any part at all. */
export const NOSY = module(`
  (if (i32.or (i32.ge_s (call $partLength (i32.const 1)) (i32.const 0))
              (i32.ge_s (call $partLength (i32.const 2)) (i32.const 0)))
    (then (call $fired)) (else (call $nothing)))`);
