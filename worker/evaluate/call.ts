/** What one call into a policy is given, may ask of its host, and has answered. */
import { utf8, utf8Into } from "../../core/encoding.ts";
import {
  HOST_CALLS_MAX,
  INPUT_TEXT_BYTES_KEPT,
  POLICY_DETAIL_BYTES_MAX,
  READING_BYTES_MAX,
  VERDICT_BYTES_MAX,
} from "../../core/limits.ts";
import type { EngineRule } from "../../core/policy/engine-rules.ts";
import { NO_PARTS, type Parts } from "../../core/policy/parts.ts";

export interface Fault {
  readonly rule: EngineRule;
  readonly detail: string;
}

/** The parts by the numbers that policies ask for them with. */
const PART_NAMES: Readonly<Record<number, keyof Parts>> = { 1: "reading", 2: "findings" };

/** Thrown through the module: it cannot catch, so this is a trap. What went wrong stands in `fault`. */
const STOP = new Error("The host stopped the policy.");

const NO_INPUT = new Uint8Array();

/**
 * Inputs that come as text are encoded here: a call does not yield, none is made within another, and the policy gets copies. An
 * array of its own for each small input costs more than to encode it.
 */
const encoded = new Uint8Array(INPUT_TEXT_BYTES_KEPT);
const UTF8_BYTES_MAX = 3; // of one code unit

function bytesOf(input: Uint8Array | string): Uint8Array {
  if (typeof input !== "string") return input;
  if (input.length * UTF8_BYTES_MAX > encoded.length) return utf8(input);
  return encoded.subarray(0, utf8Into(input, encoded));
}

/** One of these serves all calls of an instance, one after the other. */
export class Call {
  /** Of the call under way; the policy gets copies. */
  input: Uint8Array = NO_INPUT;
  output: Uint8Array | null = null;
  reading: Uint8Array | null = null;
  #parts: Parts = NO_PARTS;
  /** Set where the host stopped the call. */
  fault: Fault | null = null;
  #error: Uint8Array | null = null;
  #hostCalls = 0;

  begin(input: Uint8Array | string, parts: Parts = NO_PARTS): void {
    this.end();
    this.input = bytesOf(input);
    this.#parts = parts;
  }

  /** Lets go of everything that belongs to an action. */
  end(): void {
    this.input = NO_INPUT;
    this.output = null;
    this.reading = null;
    this.#parts = NO_PARTS;
    this.fault = null;
    this.#error = null;
    this.#hostCalls = 0;
  }

  /** Every function of the host counts itself first. */
  count(): void {
    if (++this.#hostCalls > HOST_CALLS_MAX) this.stop("POLICY_HOST_LIMIT", "too many calls to the host");
  }

  /** The part of this number; null where nobody made it. */
  part(number: number): Uint8Array | null {
    const name = PART_NAMES[number];
    if (name === undefined) this.stop("POLICY_TRAPPED", `there is no part ${number}`);
    return this.#parts[name] ?? null;
  }

  /** `bytes` may lie in the policy's memory: they are copied. */
  giveReading(bytes: Uint8Array): void {
    if (this.reading !== null) this.stop("POLICY_OUTPUT_TWICE", "a second reading");
    if (bytes.length > READING_BYTES_MAX) {
      this.stop("POLICY_OUTPUT_TOO_LARGE", `a reading of ${bytes.length} bytes`);
    }
    this.reading = bytes.slice();
  }

  /** `bytes` may lie in the policy's memory: they are copied. */
  answer(bytes: Uint8Array): void {
    if (this.output !== null) this.stop("POLICY_OUTPUT_TWICE", "a second output");
    if (bytes.length > VERDICT_BYTES_MAX) {
      this.stop("POLICY_OUTPUT_TOO_LARGE", `an output of ${bytes.length} bytes`);
    }
    this.output = bytes.slice();
  }

  /** The last message counts: that of a failed assertion comes after what the policy said before. */
  report(bytes: Uint8Array | null): void {
    this.#error = bytes?.slice(0, POLICY_DETAIL_BYTES_MAX) ?? null;
  }

  get hasError(): boolean {
    return this.#error !== null;
  }

  /** The policy's own message; it may quote the action. */
  get message(): string | null {
    return this.#error && new TextDecoder().decode(this.#error);
  }

  stop(rule: EngineRule, detail: string): never {
    this.fault = { rule, detail };
    throw STOP;
  }
}
