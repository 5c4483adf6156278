// What a reading is kept within. No text of the action itself is ever left out: beyond these, less is derived, and
// DECODING_LIMIT says so, or less finely mapped.

/** Fields with a place of their own: as many as a request of the greatest size can have values and names. */
export const FIELDS_MAX: u32 = 40_000;
/** Segments that are derived. */
export const DERIVED_SEGMENTS_MAX: u32 = 1_024;
/** Stretches that map to the original in one way each: so many, and one for so many bytes of text. Beyond it they map as a whole. */
export const RUNS_LEAST: u32 = 1_024;
export const RUN_BYTES: u32 = 8;
/** How deep decodings may lie within each other. */
export const DEPTH_MAX: u32 = 3;
/** What all derived texts together may have more than the action's own, so that a short text may decode to a longer one. */
export const DERIVED_BYTES_MORE: usize = 16 * 1024;
/** Of that, what is closed up: so much, and one byte for so many of text. Each scanner reads it, and few have much of it. */
export const CLOSED_BYTES_LEAST: usize = 20 * 1024;
export const CLOSED_PART: usize = 16;
/** Of that, rows of single letters and digits: nobody writes more in this way. */
export const LETTERS_BYTES_MAX: usize = 6 * 1024;
/** What is kept of a text on either side of what was decoded: words that say what it is. */
export const CONTEXT_BYTES: usize = 64;
/** From here on a run whose characters differ in size is begun anew: to find a place in it is to count from its beginning. */
export const COUNTED_BYTES_MAX: u32 = 512;
/** Characters that are decoded, and places that are replaced, one by one: so many, and one for so many bytes of text. */
export const SINGLES_LEAST: u32 = 2_048;
export const SINGLE_BYTES: u32 = 9;
/** Of what is derived, strings that are read together with their neighbours: so much, and one byte for so many of text. */
export const JOINED_BYTES_LEAST: usize = 4 * 1024;
export const JOINED_PART: usize = 16;
/** Segments that such texts become more than they are, one for each field. */
export const SPLITS_MAX: u32 = 1_024;
/** Of what is derived, texts with what an address carries in its place: so much, and one byte for so many of text. */
export const QUERY_BYTES_LEAST: usize = 12 * 1024;
export const QUERY_PART: usize = 16;
/** Of the action's own texts, and of derived ones, what is searched for single words in base64. */
export const OWN_WORDS_BYTES_MAX: u32 = 128 * 1024;
export const DERIVED_WORDS_BYTES_MAX: u32 = 16 * 1024;
