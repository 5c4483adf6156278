// What looks like an ASCII letter or digit beyond confusables.txt, and what reads otherwise than that says. Read by
// make-reading-tables.ts and make-domain-look-alikes.ts, which take the standard's table for everything else.
//
// The standard compares identifiers: it has no pairs that differ by a stroke, and takes letters for one as they are drawn. A
// reader takes a stroke for an ornament, and a small capital for its letter.

/** For each ASCII letter or digit, what looks like it. */
type LookAlikes = Readonly<Record<string, string>>;

/**
 * Latin letters that Unicode names as one of ours with something: a stroke, hook, curl, tail, bar or flourish; insular and other
 * hands; and those of phonetics that read as the letter they were made of.
 */
const LATIN: LookAlikes = {
  A: "ȺɅ",
  B: "ɃꞖ",
  C: "ȻꞒꟄ",
  D: "ꝹꟇ",
  E: "ƐƎ",
  F: "Ꝼ",
  G: "ꝽꞠ",
  K: "ꝂꝄꞢ",
  L: "ȽⱠⱢꝈꝆ",
  M: "Ɱ",
  N: "ȠꞤŊꞐ",
  O: "ƆꝌ",
  P: "ⱣꝐꝒꝔ",
  Q: "ɊꝖꝘ",
  R: "ɌⱤꞦꞂ",
  S: "ꞄꟉꟌ",
  T: "Ꞇ",
  U: "ƱꞸ",
  V: "ƲỼꝞ",
  W: "Ⱳ",
  Y: "Ỿ",
  Z: "ⱫꟆⱿ",
  "3": "ȝ",
  a: "ⱥᶏ",
  b: "ᵬᶀꞗ",
  c: "ↄƈɕꞓꞔ𝼝",
  d: "ȡᵭᶁᶑꝺꟈ𝼥",
  e: "əɛᶒⱸꬳꬴ",
  f: "ᶂꝼ",
  g: "ʛᵹꞡꬶ",
  h: "ⱨꞕ",
  i: "ᶖ𝼚",
  j: "ȷɾ",
  k: "ⱪĸꝁꝃꝅᶄꞣ",
  l: "ɬꝉȴᶅꝇꞎꬷꬸꬹ𝼄𝼑𝼓𝼦",
  m: "ꭑᶆꬺ",
  n: "ɲꞥȵᶇꞑꬻ𝼧",
  o: "ⱺꝍ𝼛",
  p: "ꝑꝓᵱᶈꝕ",
  q: "ɋꝗꝙꞯ",
  r: "ꞧᵳᶉꞃꭅꭆꭉꭋꭌ𝼖𝼨",
  s: "ȿꞩᶊẜꞅꟊ𝼞𝼩ꟍ",
  t: "ʈƫⱦȶꞇ𝼉𝼪",
  u: "ʊʉᶙꞹ",
  v: "ⱱỽⱴꝟ",
  w: "ⱳ",
  x: "ᶍꭖꭗꭘꭙ",
  z: "ʑⱬʒɀᶎ",
};

/** Small capitals of Latin: the standard has the few that look like a small letter. */
const SMALL_CAPITALS: LookAlikes = {
  a: "ᴀ",
  b: "ʙᴃ",
  d: "ᴅ",
  e: "ᴇ",
  f: "ꜰ",
  g: "ɢ",
  h: "ʜ",
  j: "ᴊ",
  k: "ᴋ",
  l: "ʟᴌ",
  m: "ᴍ",
  n: "ɴ",
  p: "ᴘ",
  r: "ʀ",
  t: "ᴛ",
};

/** Upside down, which reader/reversed.ts reads from the line's end. */
const TURNED: LookAlikes = {
  a: "ɐʌ",
  c: "ɔᴐ",
  e: "ǝɘ",
  f: "ɟ",
  h: "ɥ",
  i: "ᴉ",
  k: "ʞ",
  m: "ɯ",
  r: "ɹ",
  t: "ʇ",
  w: "ʍ",
  y: "ʎ",
};

/** Letters of other scripts that words of ours are written with, though they are drawn a little differently. */
const FOREIGN: LookAlikes = {
  "3": "зӡҙ",
  A: "Ⲁ",
  E: "ЄҼⲈ",
  F: "Ғ",
  H: "Ҥ",
  K: "ҠԞӃ",
  L: "𐑃Լ",
  P: "Ҏ",
  Q: "Ԛ",
  R: "ᚱ",
  V: "Ꮫ",
  a: "∂ⲁ",
  b: "вьβⲃ",
  d: "δ",
  e: "єЭэεⲉ",
  f: "ϝ",
  g: "ԍ",
  h: "нђңҥӈӊͱⲏ",
  j: "յ",
  k: "кқҡҟԟӄκϰⲕ",
  l: "լ",
  m: "мⲙ",
  n: "пҧԥⲛ",
  p: "ҏ",
  t: "тҭτⲧ",
  u: "цµμ",
  w: "ωⲱ",
  x: "ҳχⲭ",
};

/** For which the standard has another letter: capitals where it has a small one, and those that are drawn otherwise by now. */
export const drawnOtherwise: LookAlikes = { I: "ꓲⵏᛁ𐊊𐌉𖼨", S: "Ƨ", f: "ғ", i: "ӏ", s: "ẛ", v: "ⲩᶌ" };

/** Which read as their other case does, whatever they look like: case must make no difference. Б is б, a 6, and ϭ is Ϭ. */
const AS_THEIR_OTHER_CASE: LookAlikes = { "6": "Бϭ", b: "ЬƄᏏ", d: "Ꮷ", h: "Ꮒ", i: "Ꭵ" };

export const lookAlikes: readonly LookAlikes[] = [
  drawnOtherwise,
  AS_THEIR_OTHER_CASE,
  LATIN,
  SMALL_CAPITALS,
  TURNED,
  FOREIGN,
];

/**
 * What the standard has a prototype of, and stays as it is, or reads as what stands here: Ы and Ю are two letters (bl, lO) only
 * beside others, and half of all Russian words have one; the Arabic full stop ends sentences, whatever it looks like.
 */
export const unlike: Readonly<Record<string, string>> = {
  Ы: "Ы",
  ы: "ы",
  Ӹ: "Ы",
  ӹ: "ы",
  Ю: "Ю",
  ю: "ю",
  "۔": ".",
};

/** Currencies are read by who reads prices. */
export const isOwnSign = (character: string): boolean => /^\p{Sc}$/u.test(character);

/**
 * Of these scripts few letters look like ours, and their words are no disguise: each reads as itself, and as the look-alike only
 * beside a Latin letter.
 */
const BESIDE_ONLY =
  /^[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Nko}\p{Script=Thaana}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Thai}\p{Script=Lao}\p{Script=Tibetan}\p{Script=Myanmar}\p{Script=Georgian}\p{Script=Hangul}\p{Script=Ethiopic}\p{Script=Khmer}\p{Script=Mongolian}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}\p{Script=Bopomofo}\p{Script=Yi}]$/u;

/** Whether a letter reads as `ascii` only beside what would make a word with it; so do all that look like a sign, beyond Latin. */
export function isOnlyBeside(character: string, ascii: string): boolean {
  // Beyond the first plane are scripts that nobody writes, and mathematics.
  if (character.length > 1 || !/^[\p{L}\p{Mc}]$/u.test(character)) return false;
  const isSign = !/^[a-z0-9]+$/i.test(ascii);
  return (
    BESIDE_ONLY.test(character) ||
    (isSign && /^\p{Lo}$/u.test(character) && !/^\p{Script=Latin}$/u.test(character))
  );
}
