/** Limits of the `regex` policy's patterns, each with its reason. What they bound: docs/design/regex.md. */

/** Patterns of one policy entry; a bundle may hold several entries. */
export const PATTERNS_MAX = 256;
/** UTF-16 code units of one pattern. */
export const PATTERN_CHARS_MAX = 1_000;
/** Parts of one pattern with its repeats written out, as far as can be told before it is parsed: a tenth of a second, and 10 MB. */
export const PATTERN_PARTS_MAX = 40_000;
/** Nodes of one pattern's automaton over bytes; `\p{L}` takes about 300, each time it is repeated. */
export const NFA_NODES_MAX = 20_000;
/** States of each automaton of one pattern, before equal ones are merged: what compiling takes grows with it. */
export const PATTERN_STATES_MAX = 10_000;
/** States of one automaton of many patterns. A row number and the bit that says "found" fit into 16 bits. */
export const GROUP_STATES_MAX = 4_000;
/** Entries of its table, two bytes each: the copy that restores a policy's memory after each action takes them all. */
export const GROUP_ENTRIES_MAX = 120 * 1024;
/** Automata that run side by side: each text passes four at a time. */
export const GROUPS_MAX = 16;
/** Bytes of the compiled program: it travels in the bundle's settings as base64. */
export const PROGRAM_BYTES_MAX = 384 * 1024;
/** Pairs of states that the questions about a pattern look at, before the answer is taken to be the costlier one. */
export const PAIRS_MAX = 2_000_000;
/** Steps of compiling one pattern's own automata: below a second. `.{0,1000}y` takes 17 million, most of the benchmark's 20,000. */
export const PATTERN_WORK_MAX = 20_000_000;
/** Steps of compiling all patterns: two seconds. The 54 of the benchmark take 1.5 million, 256 of their kind 34. */
export const COMPILE_WORK_MAX = 45_000_000;
