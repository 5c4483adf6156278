import { kept } from "./state";
import { begins, hasWord, lineEnd, unit } from "./view";

// Lines of code: fences of Markdown, commands of a shell, and lines that programs begin with.

/** How far into a line is looked. */
const LINE_MAX: i32 = 200;

/** Three marks at a line's beginning. */
export function fenceEnd(at: i32): i32 {
  const one = unit(at);
  return unit(at + 1) == one && unit(at + 2) == one ? at + 3 : -1;
}

export function commandEnd(at: i32): i32 {
  switch (unit(at)) {
    case 0x23: return begins(at, "#!/") ? lineEnd(at) : -1;
    case 0x24: return unit(at + 1) == 0x20 && isLetter(unit(at + 2)) ? lineEnd(at) : -1;
    case 0x73: return hasWord(at, "sudo") ? lineEnd(at) : -1;
    case 0x72: return begins(at, "rm -") ? lineEnd(at) : -1;
    case 0x63: {
      if (begins(at, "chmod ") && (unit(at + 6) == 0x2b || unit(at + 6) - 0x30 < 8)) return lineEnd(at);
      return begins(at, "curl -") || begins(at, "curl http") ? lineEnd(at) : -1;
    }
    case 0x77: return begins(at, "wget -") || begins(at, "wget http") ? lineEnd(at) : -1;
    case 0x6b: return begins(at, "kubectl ") || begins(at, "kill -") ? lineEnd(at) : -1;
    case 0x70: return begins(at, "powershell") || begins(at, "pip install ") ? lineEnd(at) : -1;
    case 0x6e: return begins(at, "npm install ") ? lineEnd(at) : -1;
    case 0x61: return begins(at, "apt-get ") ? lineEnd(at) : -1;
    default: return -1;
  }
}

function isLetter(one: u16): bool {
  return one - 0x61 < 26;
}

/** Lines that programs begin with, or definitions. */
export function programEnd(at: i32): i32 {
  switch (unit(at)) {
    case 0x23: return begins(at, "#include <") || begins(at, "#include \"") ? lineEnd(at) : -1;
    case 0x64: return hasWord(at, "def") && lineHas(at, "):", "(") ? lineEnd(at) : -1;
    case 0x63: {
      if (hasWord(at, "const") && lineHas(at, " = ", ";")) return lineEnd(at);
      return hasWord(at, "class") && (lineHas(at, "{", " ") || lineHas(at, "):", "(")) ? lineEnd(at) : -1;
    }
    case 0x66: {
      if (hasWord(at, "function") && lineHas(at, ")", "{")) return lineEnd(at);
      if (hasWord(at, "func") && lineHas(at, ")", "{")) return lineEnd(at);
      return hasWord(at, "from") && lineHas(at, " import ", " ") && !lineHas(at, ".", " the ") ? lineEnd(at) : -1;
    }
    case 0x69: return hasWord(at, "import") && (endsWith(at, 0x3b) || lineHas(at, " from ", "'") || lineHas(at, " from ", "\"")) ? lineEnd(at) : -1;
    case 0x6c: return hasWord(at, "let") && lineHas(at, " = ", ";") ? lineEnd(at) : -1;
    case 0x70: return hasWord(at, "public") && lineHas(at, "(", "{") || begins(at, "public static void ") ? lineEnd(at) : -1;
    case 0x76: return hasWord(at, "var") && lineHas(at, " = ", ";") ? lineEnd(at) : -1;
    default: return -1;
  }
}

/** Whether a line has a sign at its end. */
function endsWith(at: i32, sign: u16): bool {
  return unit(lineEnd(at) - 1) == sign;
}

/** Whether both are in the line that begins at `at`. */
function lineHas(at: i32, one: string, other: string): bool {
  let hasOne = false;
  let hasOther = false;
  const first = <u16>one.charCodeAt(0);
  const otherFirst = <u16>other.charCodeAt(0);
  const last = min(kept.length, at + LINE_MAX);
  for (let i = at; i < last && unit(i) != 0x0a; i++) {
    const sign = unit(i);
    if (sign == first) hasOne = hasOne || begins(i, one);
    if (sign == otherFirst) hasOther = hasOther || begins(i, other);
  }
  return hasOne && hasOther;
}
