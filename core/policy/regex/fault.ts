/** Why patterns are refused: which one, and what to do about it. */
export interface PatternFault {
  readonly code:
    | "pattern_syntax"
    | "pattern_too_large"
    | "program_too_large"
    | "program_mismatch"
    | "settings";
  /** Index in the list of patterns; null where no single one is to blame. */
  readonly pattern: number | null;
  readonly message: string;
}

/** Thrown within the compiler only; `compilePatterns` answers its fault. */
export class PatternError extends Error {
  readonly code: PatternFault["code"];

  constructor(code: PatternFault["code"], message: string) {
    super(message);
    this.code = code;
  }
}

export const tooLarge = (what: string): PatternError =>
  new PatternError(
    "pattern_too_large",
    `${what} Use smaller repeat counts, fewer alternatives, ASCII classes instead of \\p{...}, or split the pattern in two.`,
  );
