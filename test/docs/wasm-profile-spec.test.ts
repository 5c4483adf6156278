/** docs/spec/wasm-profile.md and the code have the same limits, instructions and costs. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import {
  COST_CLASSES,
  costClassOf,
  immediateOf,
  OPCODES_END,
  opcodeName,
  REFUSED,
} from "../../core/policy/wasm/opcodes.ts";
import { COSTS, LIMITS } from "../../core/policy/wasm/profile.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/spec/wasm-profile.md"), "utf8");

/** The rows of the table whose header begins with `first`: name, number, rest. */
function rows(first: string): [name: string, value: number, rest: string][] {
  const table = page.split("\n\n").find((block) => block.startsWith(`| ${first} |`)) ?? "";
  return table
    .split("\n")
    .slice(2)
    .map((line) => {
      const [, name = "", value = "", rest = ""] = line.split("|").map((cell) => cell.trim());
      return [name.replaceAll("`", ""), Number(value.replaceAll(",", "")), rest];
    });
}

it("has every limit", () => {
  expect(rows("limit").map(([name, value]) => [name, value])).toEqual(Object.entries(LIMITS));
});

it("has every class and its price", () => {
  const { instruction } = COSTS.prod;
  expect(rows("class").map(([name, value]) => [name, value])).toEqual(
    COST_CLASSES.map((name) => [name, instruction[name]]),
  );
});

it("has every instruction, in the class that it is charged by", () => {
  for (const [name, , instructions] of rows("class")) {
    const index = (COST_CLASSES as readonly string[]).indexOf(name);
    const opcodes = Array.from({ length: OPCODES_END }, (_, opcode) => opcode).filter(
      (opcode) => immediateOf[opcode] !== REFUSED && costClassOf[opcode] === index,
    );
    expect(instructions).toBe(opcodes.map((opcode) => `\`${opcodeName(opcode)}\``).join(", "));
  }
});

it("has what is charged besides", () => {
  const { instruction: _, ...besides } = COSTS.prod;
  expect(rows("what").map(([name, value]) => [name, value])).toEqual(Object.entries(besides));
});
