/** What stands between two runs. */
export namespace Joint {
  export const NONE: i32 = 0;
  export const BLANK: i32 = 1;
  export const HYPHEN: i32 = 2;
  export const DOT: i32 = 3;
  export const SLASH: i32 = 4;
  export const UNDERSCORE: i32 = 5;
  export const LINE: i32 = 6;
  /** Several blanks, or blanks around a hyphen. */
  export const WIDE: i32 = 7;
  /** A parenthesis, as in telephone numbers. */
  export const PARENTHESIS: i32 = 8;
  /** Before a chain's first run: a sign that makes it part of something longer. */
  export const HIDDEN: i32 = Joint.HYPHEN;
}

/** A sign alone: what it joins is one number, or none. */
// @ts-ignore: decorator
@inline
export function isTight(joint: i32): bool {
  return joint >= Joint.HYPHEN && joint <= Joint.UNDERSCORE;
}
