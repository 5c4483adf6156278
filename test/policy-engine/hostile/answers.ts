/** Policies that answer in time, and wrongly. */
import { type AdmittedModule, answering, stopped } from "./module.ts";

const INVALID = "POLICY_OUTPUT_INVALID";
const utf8 = (text: string) => new TextEncoder().encode(text);
const utf16 = (text: string) => Uint8Array.from([...text].flatMap((char) => [char.charCodeAt(0), 0]));

const answer = (
  name: string,
  text: Uint8Array | string,
  rule: AdmittedModule["rule"] = INVALID,
): AdmittedModule => stopped(`answers ${name}`, rule, answering("", { answer: text, memory: "4" }));

const finding = (members: string) => `{"findings":[{"rule":"HOSTILE",${members}}]}`;
const obligation = (members: string) =>
  `{"findings":[],"obligations":[{"rule":"HOSTILE","type":"redact",${members}}]}`;

export const ANSWERS: readonly AdmittedModule[] = [
  answer("a word", "allow"),
  answer("null", "null"),
  answer("true", "true"),
  answer("a list", "[]"),
  answer("an empty object", "{}"),
  answer("an unknown member", '{"findings":[],"decision":"allow"}'),
  answer("a member twice", '{"findings":[{"rule":"HOSTILE"}],"findings":[]}'),
  answer("a member twice, once escaped", '{"findings":[{"rule":"HOSTILE"}],"f\\u0069ndings":[]}'),
  answer("something after the end", '{"findings":[]}{"findings":[]}'),
  answer("a NUL after the end", '{"findings":[]}\0'),
  answer("with a byte order mark", '\ufeff{"findings":[]}'),
  answer("in UTF-16", utf16('{"findings":[]}')),
  answer(
    "bytes that are no UTF-8",
    Uint8Array.of(...utf8('{"findings":[{"rule":"'), 0xff, 0xfe, ...utf8('"}]}')),
  ),
  answer("overlong UTF-8", Uint8Array.of(...utf8('{"findings":[],"'), 0xc0, 0xaf, ...utf8('":1}'))),
  answer("a lone surrogate", '{"findings":[{"rule":"\\ud800"}]}'),
  answer("a comment", '{"findings":[]/**/}'),
  answer("a comma too many", '{"findings":[],}'),
  answer("single quotes", "{'findings':[]}"),
  answer("__proto__", '{"__proto__":{"findings":[]}}'),
  answer("findings that are no list", '{"findings":{"length":0}}'),
  answer("findings that are null", '{"findings":null}'),
  answer("a finding that is a string", '{"findings":["HOSTILE"]}'),
  answer("a finding without rule", '{"findings":[{}]}'),
  answer("a severity of its own", finding('"severity":"info"')),
  answer("a negative start", finding('"part":"payload","pointer":"/text","start":-1,"end":2')),
  answer("a fraction as start", finding('"part":"payload","pointer":"/text","start":0.5,"end":2')),
  answer("an end of 1e999", finding('"part":"payload","pointer":"/text","start":0,"end":1e999')),
  answer("an end over 2^53", finding('"part":"payload","pointer":"/text","start":0,"end":9007199254740993')),
  answer("NaN", finding('"start":NaN,"end":1')),
  answer("an unknown part", finding('"part":"secrets","pointer":"/text"')),
  answer("nesting of 5,000", `{"findings":${"[".repeat(5000)}${"]".repeat(5000)}}`),
  answer("257 findings", `{"findings":[${Array(257).fill('{"rule":"HOSTILE"}').join(",")}]}`),
  answer("an unknown rule", '{"findings":[{"rule":"NO_SUCH_RULE"}]}', "POLICY_UNKNOWN_RULE"),
  answer("an engine rule", '{"findings":[{"rule":"POLICY_TRAPPED"}]}', "POLICY_UNKNOWN_RULE"),
  answer(
    "a span outside",
    finding('"part":"payload","pointer":"/text","start":0,"end":1000000'),
    "POLICY_SPAN_OUTSIDE",
  ),
  answer("a pointer to nothing", finding('"part":"payload","pointer":"/no/such"'), "POLICY_SPAN_OUTSIDE"),
  answer(
    "a pointer up the prototype",
    finding('"part":"payload","pointer":"/constructor"'),
    "POLICY_SPAN_OUTSIDE",
  ),
  answer(
    "an unknown obligation",
    '{"findings":[],"obligations":[{"rule":"HOSTILE","type":"allow"}]}',
    "POLICY_OBLIGATION_UNKNOWN",
  ),
  answer("obligations that are no list", '{"findings":[],"obligations":{}}'),
  answer(
    "an obligation outside the text",
    obligation('"method":"mask","part":"payload","pointer":"/text","start":0,"end":1000000'),
    "POLICY_SPAN_OUTSIDE",
  ),
  answer(
    "an obligation under an unknown rule",
    '{"findings":[],"obligations":[{"rule":"NO_SUCH_RULE","type":"redact","method":"mask","part":"payload","pointer":"/text","start":0,"end":1}]}',
    "POLICY_UNKNOWN_RULE",
  ),
  answer("64 KiB and one of spaces", `{"findings":[]}${" ".repeat(65_537 - 15)}`, "POLICY_OUTPUT_TOO_LARGE"),
];
