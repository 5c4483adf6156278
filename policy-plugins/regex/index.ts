import { Input, reading, Reading, refuse, Settings, Value } from "../sdk/index";
import { beginBuffer, isDone } from "./matches";
import { patternCount, readProgram } from "./program";
import { hasFailed, isAtEnd, openProgram } from "./program-bytes";
import { beginReading, setBuffer, setRule, setSegment } from "./report";
import { scanText } from "./scan";
import { prepareScan } from "./side-by-side";

export function configure(settings: Settings): void {
  settings.require("patterns");
  settings.require("program");
  const patterns = settings.array("patterns");
  let count = 0;
  for (let item = patterns.first; item.exists; item = item.next) {
    readPatternSettings(item, count);
    count++;
  }
  const program = settings.text("program");
  if (!program.exists) return;
  openProgram(program.start, program.end);
  readProgram();
  if (hasFailed() || !isAtEnd() || patternCount != count) return refuse("program is not what the patterns compile to");
  prepareScan();
}

const DENY: u8 = 0;
const DISCOURAGE: u8 = 1;
const NOTE: u8 = 2;
const PATTERNS_MAX = 256;

function readPatternSettings(item: Value, index: i32): void {
  const where = "patterns/" + index.toString() + "/";
  if (index >= PATTERNS_MAX) return refuse("patterns has more than " + PATTERNS_MAX.toString() + " items");
  const settings = new Settings(item, where);
  settings.require("name");
  settings.require("pattern");
  settings.text("name");
  settings.text("pattern");
  const rule = settings.has("rule") ? settings.text("rule") : item.get("rule");
  let number = DENY;
  if (rule.is("discourage")) number = DISCOURAGE;
  else if (rule.is("note")) number = NOTE;
  else if (rule.exists && !rule.is("deny")) refuse(where + "rule must be deny, discourage or note");
  const views = settings.has("views") ? settings.text("views") : item.get("views");
  if (views.exists && !views.is("all") && !views.is("written")) refuse(where + "views must be all or written");
  settings.end();
  setRule(<u32>index, number, views.is("written"));
}

export function evaluate(_input: Input): void {
  const all = reading();
  beginReading(all.size + all.rawSize);
  scanRaw(all);
  scanPlain(all);
}

/** Fields as they were written, where `plain` says something else. */
function scanRaw(all: Reading): void {
  setBuffer(true);
  beginBuffer();
  for (let index = 0; index < all.rawSegmentCount && !isDone(); index++) {
    const raw = all.rawSegment(index);
    scanText(all.raw + raw.start, all.raw + raw.end);
  }
}

/** Everything else, and those fields once more as they will be read. */
function scanPlain(all: Reading): void {
  setBuffer(false);
  beginBuffer();
  let nextRaw = 0;
  for (let index = 0; index < all.segmentCount && !isDone(); index++) {
    const segment = all.segment(index);
    const hasRaw = nextRaw < all.rawSegmentCount && all.rawSegment(nextRaw).segment == <u32>index;
    if (hasRaw) nextRaw++;
    setSegment(segment, hasRaw);
    scanText(all.plain + segment.start, all.plain + segment.end);
  }
}
