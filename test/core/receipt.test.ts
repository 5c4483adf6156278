import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../core/canonical-json.ts";
import { utf8 } from "../../core/encoding.ts";
import type { Json } from "../../core/json.ts";
import { type DecisionBody, leafHash } from "../../core/ledger/entry.ts";
import { parseReceiptStatement, receiptKind, type StatementFault } from "../../core/receipt.ts";
import { decisionEntry, statementOf, webhookMessage } from "../dispatcher/order.ts";

const MESSAGE = webhookMessage("https://hooks.example.com/in");
const parse = (text: string) => parseReceiptStatement(utf8(text));

describe("receiptKind", () => {
  type Row = [
    DecisionBody["decision"],
    DecisionBody["mode"],
    DecisionBody["would_decide"],
    ReturnType<typeof receiptKind>,
  ];
  it.each<Row>([
    ["allow", "enforce", null, "receipt"],
    ["allow", "enforce", "allow", "receipt"],
    ["allow", "enforce", "block", "observed_receipt"],
    ["allow", "enforce", "hold", "observed_receipt"],
    ["allow", "observe", "allow", "observed_receipt"],
    ["modify", "enforce", null, "receipt"],
    ["modify", "enforce", "modify", "receipt"],
    ["modify", "observe", "block", "observed_receipt"],
    ["block", "enforce", null, "denial_proof"],
    ["block", "enforce", "block", "denial_proof"],
    ["hold", "enforce", null, null],
    ["defer", "enforce", null, null],
  ])("%s, %s, would %s: %s", (decision, mode, would_decide, kind) => {
    expect(receiptKind({ decision, mode, would_decide, provisional: false })).toBe(kind);
  });

  it.each(["enforce", "observe"] as const)(
    "is provisional under %s where not every policy had answered",
    (mode) => {
      const kind = (decision: DecisionBody["decision"]) =>
        receiptKind({ decision, mode, would_decide: null, provisional: true });
      expect(
        ["allow", "modify", "block", "hold"].map((decision) => kind(decision as DecisionBody["decision"])),
      ).toEqual(["provisional_receipt", "provisional_receipt", "denial_proof", null]);
    },
  );
});

describe("parseReceiptStatement", () => {
  it("reads what receiptStatement writes", () => {
    const entry = decisionEntry(MESSAGE);
    const parsed = parse(statementOf(entry));
    expect(parsed).toMatchObject({ ok: true, value: { kind: "receipt", v: 1, entry } });
    expect(parsed.ok && parsed.value.leaf).toBe(leafHash(canonicalJson(entry as unknown as Json)));
  });

  it("lets an entry's body hold more, under the leaf", () => {
    const entry = decisionEntry(MESSAGE, { more: [1, { a: null }] } as Partial<DecisionBody>);
    expect(parse(statementOf(entry))).toMatchObject({
      ok: true,
      value: { entry: { body: { more: [1, { a: null }] } } },
    });
  });

  const good = statementOf(decisionEntry(MESSAGE));
  const entryWith = (over: object) =>
    statementOf({ ...decisionEntry(MESSAGE), ...over } as ReturnType<typeof decisionEntry>);
  const bodyWith = (over: object) => statementOf(decisionEntry(MESSAGE, over as Partial<DecisionBody>));
  it.each<[string, StatementFault, string]>([
    ["nothing", "not_json", ""],
    ["a BOM before it", "not_json", `\ufeff${good}`],
    ["a member twice", "not_json", good.replace('"v":1}', '"v":1,"v":1}')],
    ["text after it", "not_json", `${good}x`],
    ["white space", "not_canonical", `${good}\n`],
    ["another order", "not_canonical", good.replace(/^\{(.*),"v":1\}$/, '{"v":1,$1}')],
    ["a number spelled otherwise", "not_canonical", good.replace('"index":4', '"index":4.0')],
    ["an escape that need not be", "not_canonical", good.replace('"allow"', '"\\u0061llow"')],
    ["null", "shape", "null"],
    ["a list", "shape", `[${good}]`],
    ["another version", "shape", good.replace(/"v":1\}$/, '"v":2}')],
    ["a member too many", "shape", good.replace(/"v":1\}$/, '"v":1,"w":1}')],
    ["no leaf", "shape", good.replace(/"leaf":"[^"]+",/, "")],
    ["an unknown kind", "shape", good.replace('"kind":"receipt"', '"kind":"head"')],
    ["an entry of another type", "shape", entryWith({ type: "approval" })],
    ["an entry with a member too many", "shape", entryWith({ extra: 1 })],
    ["a negative index", "shape", entryWith({ index: -1 })],
    ["a time of another form", "shape", entryWith({ time: "2026-11-21T10:00:00Z" })],
    ["an empty log", "shape", entryWith({ log: "" })],
    ["an unknown decision", "shape", bodyWith({ decision: "toString" })],
    ["a decision by inheritance", "shape", bodyWith({ decision: "__proto__" })],
    ["an unknown mode", "shape", bodyWith({ mode: "off" })],
    ["a target without revision", "shape", bodyWith({ target: { name: "a" } })],
    [
      "a commitment that is no digest",
      "shape",
      bodyWith({ commitments: { action: "x", input: "x", message: null } }),
    ],
    [
      "the leaf of another entry",
      "leaf",
      good.replace(/"leaf":"[^"]+"/, `"leaf":"sha256:${"0".repeat(64)}"`),
    ],
    ["an entry changed under its leaf", "leaf", good.replace('"index":4', '"index":5')],
    ["a hold", "kind", bodyWith({ decision: "hold" })],
    ["a defer", "kind", bodyWith({ decision: "defer" })],
    ["a block as receipt", "kind", bodyWith({ decision: "block" })],
    ["an observed allow as plain receipt", "kind", bodyWith({ mode: "observe" })],
    ["an allow as denial proof", "kind", statementOf(decisionEntry(MESSAGE), "denial_proof")],
    ["an enforced allow as observed", "kind", statementOf(decisionEntry(MESSAGE), "observed_receipt")],
  ])("refuses %s: %s", (_, fault, text) => {
    expect(parse(text)).toEqual({ ok: false, fault });
  });

  it("refuses bytes that are not UTF-8, and more bytes than an entry can have", () => {
    expect(parseReceiptStatement(Uint8Array.of(0x22, 0xff, 0x22))).toEqual({ ok: false, fault: "not_json" });
    expect(parse(`"${"a".repeat(2 * 1024 * 1024)}"`)).toEqual({ ok: false, fault: "not_json" });
  });
});
