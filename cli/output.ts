/** What every command prints and how it ends. */
import { stripVTControlCharacters } from "node:util";

/** 0: all is well. 1: the command did its work, and the answer is no. 2: it could not do its work. */
export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

export const FORMATS = ["table", "json"] as const;
export type Format = (typeof FORMATS)[number];

/** Ends a command with a message for whoever typed it; `hint` says what to do. */
export class UsageError extends Error {
  readonly hint: string | null;
  constructor(message: string, hint: string | null = null) {
    super(message);
    this.hint = hint;
  }
}

export interface Output {
  readonly line: (text: string) => void;
  readonly error: (text: string) => void;
  readonly green: (text: string) => string;
  readonly red: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
}

/** Colours only for a person at a terminal, and not for one who said no (no-color.org: set and not empty). */
export function terminalOutput(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Output {
  const colours = stream.isTTY === true && !env.NO_COLOR && env.TERM !== "dumb";
  const paint = (open: number, close: number) => (text: string) =>
    colours ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  return {
    line: (text) => void stream.write(`${colours ? text : stripVTControlCharacters(text)}\n`),
    error: (text) => void process.stderr.write(`${stripVTControlCharacters(text)}\n`),
    green: paint(32, 39),
    red: paint(31, 39),
    dim: paint(2, 22),
    bold: paint(1, 22),
  };
}

/**
 * Text from a file under scrutiny, made harmless: an escape sequence or an invisible character in it must not be
 * able to write over a verdict on the reader's terminal.
 */
export const visible = (text: string): string =>
  text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}]/gu,
    (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`,
  );
