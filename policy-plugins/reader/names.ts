// HTML's named character references: those of HTML 4, and of HTML 5 those that stand for ASCII or for nothing visible.

/** From U+00A0 on, one after the other. */
const LATIN = "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml";
const GREEK_CAPITALS = "Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho . Sigma Tau Upsilon Phi Chi Psi Omega";
const GREEK = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigmaf sigma tau upsilon phi chi psi omega";
const PUNCTUATION = "excl quot num dollar percnt amp apos lpar rpar ast plus comma hyphen period sol";
const SIGNS = "colon semi lt equals gt quest commat";
const BRACKETS = "lsqb bsol rsqb Hat lowbar grave";
const BRACES = "lcub verbar rcub";
/** Each with its code point. */
const OTHERS = "Tab 9 NewLine 10 OElig 338 oelig 339 Scaron 352 scaron 353 Yuml 376 fnof 402 circ 710 tilde 732 thetasym 977 upsih 978 piv 982 ensp 8194 emsp 8195 thinsp 8201 zwnj 8204 zwj 8205 lrm 8206 rlm 8207 ndash 8211 mdash 8212 lsquo 8216 rsquo 8217 sbquo 8218 ldquo 8220 rdquo 8221 bdquo 8222 dagger 8224 Dagger 8225 bull 8226 hellip 8230 permil 8240 prime 8242 Prime 8243 lsaquo 8249 rsaquo 8250 oline 8254 frasl 8260 euro 8364 image 8465 weierp 8472 real 8476 trade 8482 alefsym 8501 larr 8592 uarr 8593 rarr 8594 darr 8595 harr 8596 crarr 8629 lArr 8656 uArr 8657 rArr 8658 dArr 8659 hArr 8660 forall 8704 part 8706 exist 8707 empty 8709 nabla 8711 isin 8712 notin 8713 ni 8715 prod 8719 sum 8721 minus 8722 lowast 8727 radic 8730 prop 8733 infin 8734 ang 8736 and 8743 or 8744 cap 8745 cup 8746 int 8747 there4 8756 sim 8764 cong 8773 asymp 8776 ne 8800 equiv 8801 le 8804 ge 8805 sub 8834 sup 8835 nsub 8836 sube 8838 supe 8839 oplus 8853 otimes 8855 perp 8869 sdot 8901 lceil 8968 rceil 8969 lfloor 8970 rfloor 8971 lang 9001 rang 9002 loz 9674 spades 9824 clubs 9827 hearts 9829 diams 9830 dash 8208 horbar 8213 ZeroWidthSpace 8203 NoBreak 8288 numsp 8199 puncsp 8200 hairsp 8202 emsp13 8196 emsp14 8197 NonBreakingSpace 160 ThinSpace 8201 VeryThinSpace 8202 MediumSpace 8287 lbrack 91 rbrack 93 lbrace 123 rbrace 125 vert 124 midast 42 UnderBar 95 AMP 38 LT 60 GT 62 QUOT 34 COPY 169 REG 174 fflig 64256 filig 64257 fllig 64258 inodot 305 imath 305 jmath 567";

/** Tags that begin a line, or end one; all others stand within a word without parting it. */
const BLOCKS = "p div br tr li ul ol table h1 h2 h3 h4 h5 h6 hr blockquote pre section article header footer title head body html tbody thead tfoot caption form fieldset legend option select textarea button dt dd dl address center figure figcaption nav main aside script style noscript template details summary dialog iframe";
/** Tags between cells of one line. */
const CELLS = "td th";

/** Before the name of a tag, so that no reference has the same. */
export const TAG_PREFIX: u32 = 0x3c;

/** Of a name's hash and its code point; twice and more as many as there are names. */
const SLOTS: u32 = 1024;
let table: usize = 0;

/** FNV-1a. That no two of our names share one is a test's matter. */
export const HASH_START: u32 = 0x811c9dc5;

// @ts-ignore: decorator
@inline
export function hashed(hash: u32, byte: u32): u32 {
  return (hash ^ byte) * 0x01000193;
}

export function makeNames(): void {
  table = heap.alloc(<usize>SLOTS << 3);
  memory.fill(table, 0, <usize>SLOTS << 3);
  addSequence(LATIN, 0xa0);
  addSequence(GREEK_CAPITALS, 0x391);
  addSequence(GREEK, 0x3b1);
  addSequence(PUNCTUATION, 0x21);
  addSequence(SIGNS, 0x3a);
  addSequence(BRACKETS, 0x5b);
  addSequence(BRACES, 0x7b);
  addPairs();
  addTags(BLOCKS, 0x0a);
  addTags(CELLS, 0x20);
}

function addTags(names: string, separator: u32): void {
  let hash = hashed(HASH_START, TAG_PREFIX);
  for (let i = 0; i <= names.length; i++) {
    const byte = i < names.length ? <u32>names.charCodeAt(i) : 0x20;
    if (byte != 0x20) {
      // As endOfTag reads them: a digit stays one.
      hash = hashed(hash, byte | 0x20);
      continue;
    }
    addName(hash, separator);
    hash = hashed(HASH_START, TAG_PREFIX);
  }
}

function addSequence(names: string, first: u32): void {
  let hash = HASH_START;
  for (let i = 0; i <= names.length; i++) {
    const byte = i < names.length ? <u32>names.charCodeAt(i) : 0x20;
    if (byte != 0x20) {
      hash = hashed(hash, byte);
      continue;
    }
    addName(hash, first++);
    hash = HASH_START;
  }
}

function addPairs(): void {
  let hash = HASH_START;
  let point: u32 = 0;
  for (let i = 0; i <= OTHERS.length; i++) {
    const byte = i < OTHERS.length ? <u32>OTHERS.charCodeAt(i) : 0x20;
    // A name may end in digits; a number stands by itself.
    if (byte != 0x20) {
      if (point != 0 || (isStart && byte - 0x30 < 10)) point = point * 10 + (byte - 0x30);
      else hash = hashed(hash, byte);
      isStart = false;
      continue;
    }
    isStart = true;
    if (point == 0) continue;
    addName(hash, point);
    hash = HASH_START;
    point = 0;
  }
}

let isStart: bool = true;

function addName(hash: u32, point: u32): void {
  let slot = hash & (SLOTS - 1);
  while (load<u32>(table + (<usize>slot << 3), 4) != 0) slot = (slot + 1) & (SLOTS - 1);
  store<u32>(table + (<usize>slot << 3), hash);
  store<u32>(table + (<usize>slot << 3), point, 4);
}

/** The code point of the name with this hash; 0: there is none. */
export function pointOfName(hash: u32): u32 {
  let slot = hash & (SLOTS - 1);
  for (;;) {
    const point = load<u32>(table + (<usize>slot << 3), 4);
    if (point == 0 || load<u32>(table + (<usize>slot << 3)) == hash) return point;
    slot = (slot + 1) & (SLOTS - 1);
  }
  return 0;
}
