// Bounds are compared exactly, as decimals, through the access policy.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instantiate } from "./extism-host.ts";

/** Texts, not values: JavaScript would round them before the policy could see them. */
async function compare(amount: string, limit: string): Promise<number> {
  const instance = await instantiate("access");
  const settings = `{"arguments":[{"max":${limit},"min":${limit},"pointer":"/n","tool":"*"}]}`;
  expect((await instance.call("configure", settings)).error).toBeNull();
  const input = `{"abi":"countersign-policy/1","action":{"payload":{"n":${amount}},"surface":"s"},"context":{},"facts":{},"message":null,"principal":{"roles":[]}}`;
  const { output } = await instance.call("evaluate", input);
  if (output?.includes("ARGUMENT_ABOVE_LIMIT")) return 1;
  return output?.includes("ARGUMENT_BELOW_LIMIT") ? -1 : 0;
}

const table: [string, "<" | "=" | ">", string][] = [
  ["0", "=", "-0"],
  ["0.0", "=", "0e99"],
  ["0", ">", "-1"],
  ["0", "<", "1e-400"],
  ["1e6", "=", "1000000"],
  ["1e6", "=", "1000000.00"],
  ["1E+6", "=", "10.0e5"],
  ["1000000.01", ">", "1e6"],
  ["10000.01", ">", "10000"],
  ["10000.01", ">", "10000.009999999999999999999"],
  ["9999.99", "<", "10000"],
  ["0.1", "=", "0.10"],
  ["0.1", "=", "1e-1"],
  ["0.1", ">", "0.09999999999999999999999999"],
  ["0.3", "<", "0.30000000000000004"],
  ["9007199254740993", ">", "9007199254740992"],
  ["123456789012345678901", ">", "123456789012345678900"],
  ["-1", "<", "1"],
  ["-2", "<", "-1"],
  ["-1.5", ">", "-1.50001"],
  ["-1e3", "=", "-1000"],
  ["-100", "<", "-99.999"],
  ["1e400", ">", "1e399"],
  ["1e-400", "<", "1e-399"],
  ["1e99999999999999999999", ">", "9"],
  ["1e-99999999999999999999", "<", "1e-9"],
  ["0.00012", "=", "1.2e-4"],
  ["12e-5", "=", "0.00012"],
  ["100", ">", "99"],
  ["9", "<", "10"],
  ["0.001", "<", "0.01"],
];

/** As numerator over ten to the 40: exact for the numbers generated here. */
function scaled(text: string): bigint {
  const [mantissa = "", exponent = "0"] = text.split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  return BigInt(whole + fraction) * 10n ** BigInt(40 - fraction.length + Number(exponent));
}

const decimals = fc
  .tuple(
    fc.boolean(),
    fc.bigInt(0n, 10n ** 12n),
    fc.option(fc.stringMatching(/^[0-9]{1,8}$/)),
    fc.option(fc.integer({ min: -12, max: 12 })),
  )
  // A minus before the whole part stays with all digits, since scaled() joins them.
  .map(
    ([minus, whole, fraction, exponent]) =>
      `${minus ? "-" : ""}${whole}${fraction === null ? "" : `.${fraction}`}${exponent === null ? "" : `e${exponent}`}`,
  );

describe("decimal comparison", () => {
  it.each(table)("%s %s %s", async (left, sign, right) => {
    const expected = { "<": -1, "=": 0, ">": 1 }[sign];
    expect(await compare(left, right)).toBe(expected);
    expect((await compare(right, left)) + expected).toBe(0);
  });

  it("agrees with exact arithmetic", async () => {
    await fc.assert(
      fc.asyncProperty(decimals, decimals, async (left, right) => {
        const difference = scaled(left) - scaled(right);
        expect(await compare(left, right)).toBe(difference < 0n ? -1 : difference > 0n ? 1 : 0);
      }),
      { numRuns: 500 },
    );
  });
});
