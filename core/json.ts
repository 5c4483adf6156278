/**
 * Strict JSON for what comes in: RFC 8259 syntax held to I-JSON (RFC 7493).
 *
 * `JSON.parse` loses what matters here before anyone can see it: the first of two members with one
 * name, the low bits of large integers, lone surrogates. A scanner would then judge another message
 * than the one a provider reads. Each such text is refused with a fault of its own that says where.
 */
import { fromUtf8 } from "./encoding.ts";
import { ok, type Result, refuse } from "./result.ts";

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [name: string]: Json };

export type JsonFaultCode =
  | "json_too_large"
  | "json_invalid_utf8"
  | "json_syntax"
  | "json_duplicate_key"
  | "json_lone_surrogate"
  | "json_unsafe_integer"
  | "json_number_range"
  | "json_too_deep"
  | "json_too_many_values";

/** `offset` counts UTF-16 code units from the start of the text; 0 where the whole text is meant. */
export interface JsonFault {
  readonly code: JsonFaultCode;
  readonly offset: number;
  readonly detail: string;
}

export interface JsonLimits {
  readonly bytesMax: number;
  readonly depthMax: number;
  readonly valuesMax: number;
}

export function parseIJson(bytes: Uint8Array, limits: JsonLimits): Result<Json, JsonFault> {
  if (bytes.length > limits.bytesMax) {
    return refuse({
      code: "json_too_large",
      offset: 0,
      detail: `The body is over ${limits.bytesMax} bytes.`,
    });
  }
  let text: string;
  try {
    text = fromUtf8(bytes);
  } catch {
    return refuse({ code: "json_invalid_utf8", offset: 0, detail: "The body is not valid UTF-8." });
  }
  try {
    return ok(new Parser(text, limits).document());
  } catch (error) {
    if (error instanceof Refused) return refuse(error.fault);
    throw error;
  }
}

/** Carries a fault out of the parser's recursion; never leaves this file. */
class Refused extends Error {
  readonly fault: JsonFault;
  constructor(code: JsonFaultCode, offset: number, detail: string) {
    super(detail);
    this.fault = { code, offset, detail };
  }
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
/** A run of characters that stand for themselves; control characters may not (RFC 8259 section 7). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what the class excludes
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

class Parser {
  readonly #text: string;
  readonly #limits: JsonLimits;
  #at = 0;
  #values = 0;

  constructor(text: string, limits: JsonLimits) {
    this.#text = text;
    this.#limits = limits;
  }

  document(): Json {
    const value = this.#value(0);
    this.#space();
    if (this.#at < this.#text.length) this.#fail("json_syntax", "Text follows the JSON value.");
    return value;
  }

  #fail(code: JsonFaultCode, detail: string, offset = this.#at): never {
    throw new Refused(code, offset, detail);
  }

  #space(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at++;
    }
  }

  #value(depth: number): Json {
    if (depth > this.#limits.depthMax) {
      this.#fail("json_too_deep", `Nested deeper than ${this.#limits.depthMax}.`);
    }
    if (++this.#values > this.#limits.valuesMax) {
      this.#fail("json_too_many_values", `More than ${this.#limits.valuesMax} values.`);
    }
    this.#space();
    switch (this.#text[this.#at]) {
      case "{":
        return this.#object(depth);
      case "[":
        return this.#array(depth);
      case '"':
        return this.#string();
      case "t":
        return this.#word("true", true);
      case "f":
        return this.#word("false", false);
      case "n":
        return this.#word("null", null);
      default:
        return this.#number();
    }
  }

  #word(word: string, value: boolean | null): boolean | null {
    if (!this.#text.startsWith(word, this.#at)) this.#fail("json_syntax", "Expected a JSON value.");
    this.#at += word.length;
    return value;
  }

  #number(): number {
    NUMBER.lastIndex = this.#at;
    const match = NUMBER.exec(this.#text);
    if (!match) this.#fail("json_syntax", "Expected a JSON value.");
    const start = this.#at;
    this.#at += match[0].length;
    const value = Number(match[0]);
    if (!Number.isFinite(value))
      this.#fail("json_number_range", "The number is outside a double's range.", start);
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
      this.#fail(
        "json_unsafe_integer",
        "An integer beyond 2^53-1 is not kept exactly; send it as a string.",
        start,
      );
    }
    return value;
  }

  #string(): string {
    const start = this.#at++;
    let out = "";
    for (;;) {
      PLAIN.lastIndex = this.#at;
      const run = PLAIN.exec(this.#text)?.[0] ?? "";
      out += run;
      this.#at += run.length;
      const char = this.#text[this.#at];
      if (char === '"') break;
      if (char !== "\\") {
        this.#fail(
          "json_syntax",
          char === undefined ? "The string does not end." : "A control character in a string.",
        );
      }
      out += this.#escape();
    }
    this.#at++;
    if (!out.isWellFormed())
      this.#fail("json_lone_surrogate", "A surrogate without its pair in a string.", start);
    return out;
  }

  #escape(): string {
    const kind = this.#text[this.#at + 1] ?? "";
    if (kind === "u") {
      const hex = this.#text.slice(this.#at + 2, this.#at + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(hex)) this.#fail("json_syntax", "\\u needs four hex digits.");
      this.#at += 6;
      return String.fromCharCode(Number.parseInt(hex, 16));
    }
    const char = Object.hasOwn(ESCAPES, kind) ? ESCAPES[kind] : undefined;
    if (char === undefined) this.#fail("json_syntax", "An unknown escape in a string.");
    this.#at += 2;
    return char;
  }

  #array(depth: number): Json[] {
    this.#at++;
    const items: Json[] = [];
    this.#space();
    if (this.#text[this.#at] === "]") {
      this.#at++;
      return items;
    }
    for (;;) {
      items.push(this.#value(depth + 1));
      if (this.#separator("]")) return items;
    }
  }

  #object(depth: number): JsonObject {
    this.#at++;
    const members: Record<string, Json> = {};
    this.#space();
    if (this.#text[this.#at] === "}") {
      this.#at++;
      return members;
    }
    for (;;) {
      this.#space();
      const start = this.#at;
      if (this.#text[start] !== '"') this.#fail("json_syntax", "Expected a member name.");
      const name = this.#string();
      // The name itself is not repeated: it may be what the refusal must not leak.
      if (Object.hasOwn(members, name)) this.#fail("json_duplicate_key", "Two members with one name.", start);
      this.#space();
      if (this.#text[this.#at++] !== ":") this.#fail("json_syntax", "Expected a colon.", this.#at - 1);
      const value = this.#value(depth + 1);
      // Plain assignment of "__proto__" would set the prototype instead of a member.
      if (name === "__proto__")
        Object.defineProperty(members, name, { value, enumerable: true, configurable: true, writable: true });
      else members[name] = value;
      if (this.#separator("}")) return members;
    }
  }

  /** Past a comma: false. Past the closing bracket: true. */
  #separator(close: string): boolean {
    this.#space();
    const char = this.#text[this.#at];
    if (char !== "," && char !== close) this.#fail("json_syntax", `Expected a comma or ${close}`);
    this.#at++;
    return char === close;
  }
}
