/** What a byte of the folded text may begin. The order matters: up to LEAD what a word may go on with, from SPACE on blanks. */
export namespace Class {
  export const LETTER: u8 = 0;
  export const DIGIT: u8 = 1;
  export const APOSTROPHE: u8 = 2;
  /** First byte of signs beyond ASCII that mean something here, and of others. */
  export const LEAD: u8 = 3;
  export const OTHER: u8 = 4;
  export const PERCENT: u8 = 5;
  export const DOLLAR: u8 = 6;
  /** Or a semicolon, or a parenthesis. */
  export const COMMA: u8 = 7;
  /** A full stop, an exclamation or a question mark. */
  export const STOP: u8 = 8;
  export const SPACE: u8 = 9;
  export const LINE_FEED: u8 = 10;
}

export const CLASSES: usize = memory.data<u8>([
  4, 4, 4, 4, 4, 4, 4, 4, 4, 9, 10, 4, 4, 9, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
  9, 8, 4, 4, 6, 5, 4, 2, 7, 7, 4, 4, 7, 4, 8, 4, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 4, 7, 4, 4, 4, 8,
  4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 4, 4, 4, 4,
  4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 4, 4, 4, 4,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0,
  0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
]);
