// Texts made to be slow: each stays well within the budget that a policy has while a caller waits.

import { describe, expect, it } from "vitest";
import { FUEL_FAST } from "../../core/limits.ts";
import { PolicyHost } from "../../worker/evaluate/host.ts";
import { builtPolicy, inputWith } from "../evaluate/policies.ts";
import { readingOf } from "./extism-host.ts";

const SIZE = 64 * 1024;
const MOST = 0.85 * FUEL_FAST;

const pieces = [
  "1234567890",
  "@",
  "a@",
  "a@a.bc ",
  ":",
  "a:b:",
  "1 ",
  "1\n",
  "1-",
  "1.",
  "1:",
  "1 - ",
  "1–",
  "12 ",
  "123 ",
  "01.01.1990 ",
  "born 01.01.1890 ",
  "4444 ",
  "4111 1111 1111 1112 ",
  "4111 1111 1111 1111 ",
  "123-45-6789 ",
  "123456780 ",
  "12345678901 ",
  "ssn iban card phone passport dob ",
  "ssn 666456789 ",
  "cpf 12345678901 ",
  "a1 ",
  "a1b2c3d4e ",
  "dl a123 ",
  "s1234567e ",
  "ab 12 34 56 e ",
  "GB82 ",
  "GB82 WEST 1234 5698 7654 33 ",
  "16Yeky6GMjeNkAiNcBY7ZhrLoMSgg1BoyZ ",
  "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdx ",
  "550e8400-e29b-41d4-a716-446655440000 ",
  "RSSMRA85T10A562T ",
  "Mr Smith diabetes ",
  "she has cancer ",
  "her biopsy was positive for lymphoma ",
  "she his your results ",
  "i have i'm ",
  "d1abet3s ",
  "c4nc3r",
  "born 14-Mar-85 ",
  "b4111111111111111^",
  "4111111111111111d2512",
  "4111\n1111\n1111\n1111\n",
  "nato a ",
  "1l0 ",
  "FooBarBazQux ",
  "a [at] b [dot] ",
  "pid|1|2|",
  "生年月日 ",
  "1985年3月14日 ",
  "abcde 123456 ",
];

describe("64 KB", () => {
  const host = new PolicyHost();
  const policy = builtPolicy("pii");

  it.each(pieces)("of %j", async (piece) => {
    const payload = { text: piece.repeat(Math.ceil(SIZE / piece.length)).slice(0, SIZE) };
    const reading = await readingOf({ action: { surface: "s", payload } });
    const outcome = await host.run(policy, "{}", inputWith(payload), FUEL_FAST, { reading });
    expect(outcome).toMatchObject({ error: null });
    expect(outcome.fuel).toBeLessThan(MOST);
  });
});
