import { bit, E } from "./entities";
import { folded } from "./text";

// Labels in other scripts than Latin, found wherever they stand: most of these scripts put no blanks between words. Written as
// the reader folds them, so that letters which look like Latin ones are those.

const LABELS_MAX: i32 = 128;
const SLOTS: i32 = 256;

@unmanaged
class Label {
  mask: u64;
  bytes: usize;
  size: i32;
  /** Bytes before the first that is not ASCII. */
  before: i32;
  /** The next that begins in the same way, plus one. */
  next: i32;
  unused: i32;
}

let labels: usize = 0;
let labelCount: i32 = 0;
/** The number plus one of the last label with a key. */
const slots: usize = memory.data(256);

/** What `foreignAt` last found. */
export let foreignMask: u64 = 0;
export let foreignStart: i32 = 0;
export let foreignEnd: i32 = 0;

// @ts-ignore: decorator
@inline
function label(index: i32): Label {
  return changetype<Label>(labels + <usize>index * offsetof<Label>());
}

// @ts-ignore: decorator
@inline
function slotOf(at: usize): usize {
  return slots + <usize>((load<u32>(at) * 0x9e3779b1) >> 24);
}

/** Whether a label's first byte that is not ASCII stands at a place. */
export function isForeign(place: i32): bool {
  let index = <i32>load<u8>(slotOf(folded + <usize>place));
  while (index > 0) {
    const found = label(index - 1);
    const start = place - found.before;
    if (memory.compare(folded + <usize>start, found.bytes, <usize>found.size) == 0) {
      foreignMask = found.mask;
      foreignStart = start;
      foreignEnd = start + found.size;
      return true;
    }
    index = found.next;
  }
  return false;
}

/** A list with commas between labels; each has four bytes at least behind its last ASCII prefix. */
function add(mask: u64, list: string): void {
  const bytes = changetype<usize>(String.UTF8.encode(list, true));
  let start = bytes;
  for (let end = bytes; ; end++) {
    const byte = load<u8>(end);
    if (byte != 0x2c && byte != 0) continue;
    addLabel(start, <i32>(end - start), mask);
    if (byte == 0) break;
    start = end + 1;
  }
}

function addLabel(bytes: usize, size: i32, mask: u64): void {
  assert(labelCount < LABELS_MAX, "too many labels");
  const added = label(labelCount++);
  let before = 0;
  while (load<u8>(bytes + <usize>before) < 0x80) before++;
  added.mask = mask;
  added.bytes = bytes;
  added.size = size;
  added.before = before;
  const slot = slotOf(bytes + <usize>before);
  added.next = <i32>load<u8>(slot);
  store<u8>(slot, <u8>labelCount);
}

export function fillForeign(): void {
  labels = heap.alloc(<usize>LABELS_MAX * offsetof<Label>());
  add(bit(E.KR_RRN), "주민등록,주민번호,주민 번호,주민 등록,외국인등록");
  add(bit(E.DATE_OF_BIRTH), "생년월일,출생,태어난,생일,生年月日,誕生日,生まれ,出生日期,出生年月,出生于,出生於,生日,生于");
  add(bit(E.DATE_OF_BIRTH), "дata poждe,дata hapoдж,дehь poжде,poдилc,poдилacь,г.p.,дata ha poж,hapoдил,γevvησ,γέννη,ημep. γev");
  add(bit(E.DATE_OF_BIRTH), "תאריך לידה,נולד,تاريخ الميلاد,تاريخ الولادة,مواليد,जन्म तिथि,जन्मतिथि,जन्म,জন্ম তারিখ,วันเกิด,วันเดือนปีเกิด");
  add(bit(E.PHONE_NUMBER), "전화,휴대폰,연락처,핸드폰,電話,携帯,电话,手机,手機,联系方式,聯絡電話");
  add(bit(E.PHONE_NUMBER), "teлeфoh,teл.,moбильh,mo6ильh,τηλέφ,thλeφ,kιvητ,טלפון,נייד,هاتف,جوال,موبايل,फ़ोन,मोबाइल,โทร,มือถือ");
  add(bit(E.CREDIT_CARD), "신용카드,카드번호,カード,信用卡,卡号,卡號,银行卡,kaptы,कार्ड,บัตรเครดิต,بطاقة,כרטיס אשראי");
  add(bit(E.US_PASSPORT) | bit(E.DE_PASSPORT) | bit(E.UK_PASSPORT), "여권,旅券,パスポート,护照,護照");
  add(bit(E.US_DRIVER_LICENSE), "운전면허,運転免許,驾驶证,驾照");
  add(bit(E.US_BANK_NUMBER), "계좌,口座,账号,帳號,银行账");
  add(bit(E.IN_AADHAAR), "आधार,ஆதார்,ఆధార్,আধার");
  add(bit(E.IN_PAN), "पैन ");
  add(bit(E.MEDICAL_RECORD_NUMBER), "등록번호,병록,カルテ番号,患者番号,病历号");
}
