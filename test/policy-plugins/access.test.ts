// Patterns against the engine's own regular expressions, addresses in any form, and what hostile input costs.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../../core/json.ts";
import { PolicyHost } from "../../worker/evaluate/host.ts";
import { builtPolicy, inputWith, settingsText } from "../evaluate/policies.ts";
import { type Finding, findingsOf } from "./extism-host.ts";

const judge = (settings: Json, payload: Json): Promise<Finding[]> =>
  findingsOf("access", settings, { action: { surface: "outbound.email", tool: "t", payload } });

const rulesOf = (findings: Finding[]): string[] => findings.map(({ rule }) => rule);

/** Parts of patterns, with what they are as regular expressions. */
const parts = fc.constantFrom(
  ...[
    ["a", "a"],
    ["?", "[^]"],
    ["*", "[^]*"],
    ["#", "[0-9]"],
    ["[ab]", "[ab]"],
    ["[^a]", "[^a]"],
    ["[a-c1]+", "[a-c1]+"],
    ["b{2}", "b{2}"],
    ["#{1,3}", "[0-9]{1,3}"],
    ["[x-]{0,2}", "[x-]{0,2}"],
    ["\\*", "\\*"],
    ["é+", "é+"],
  ].map(([glob = "", regex = ""]) => ({ glob, regex })),
);
const texts = fc.string({
  unit: fc.constantFrom("a", "b", "c", "1", "2", "x", "-", "*", "é", "\n"),
  maxLength: 12,
});

describe("patterns", () => {
  it("mean what the README says", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(parts, { minLength: 1, maxLength: 6 }), texts, async (made, text) => {
        const pattern = made.map(({ glob }) => glob).join("");
        const fits = new RegExp(`^${made.map(({ regex }) => regex).join("")}$`).test(text);
        const findings = await judge({ arguments: [{ tool: "*", pointer: "/t", pattern }] }, { t: text });
        expect({ pattern, text, rules: rulesOf(findings) }).toEqual({
          pattern,
          text,
          rules: fits ? [] : ["ARGUMENT_PATTERN"],
        });
      }),
      { numRuns: 500 },
    );
  });
});

describe("recipients", () => {
  const locals = fc.constantFrom("ann", "a.b+c", '"a@b.c, d"', "x'y");
  const names = fc.constantFrom("", "Ann", '"Doe, Ann"', '"<x@y.z>"', "Ann (the first)");
  const hosts = fc.constantFrom(
    "acme.com",
    "ACME.com",
    "acme.com.",
    "evil.example",
    "xacme.com",
    "acme.com.br",
  );

  it("are judged by the domain that mail goes to, whatever stands around it", async () => {
    const address = fc.tuple(names, locals, hosts).map(([name, local, host]) => ({
      text: name === "" ? `${local}@${host}` : `${name} <${local}@${host}>`,
      isOwn: /^acme\.com\.?$/i.test(host),
    }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(address, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        async (list, asText) => {
          const written = list.map(({ text }) => text);
          const to = asText ? written.join(", ") : written;
          const findings = await judge({ recipients: { own_domains: ["acme.com"] } }, { to });
          const external = findings.filter(({ rule }) => rule === "RECIPIENT_EXTERNAL");
          expect({ to, count: external.length }).toEqual({
            to,
            count: list.filter(({ isOwn }) => !isOwn).length,
          });
          const marked = external.map(({ pointer = "", start, end }) =>
            (asText ? String(to) : (written[Number(pointer.slice(4))] ?? "")).slice(start, end),
          );
          expect(marked).toEqual(list.filter(({ isOwn }) => !isOwn).map(({ text }) => text));
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([
    "аcme.com",
    "xn--cme-5cd.com",
    "acrne.com",
    "ACME.com.evil.net",
    "acmé.com",
    "acme-com.net",
    "аcme.com-x.io",
  ])("of %s are told apart from one's own", async (domain) => {
    const findings = await judge({ recipients: { own_domains: ["acme.com"] } }, { to: `a@${domain}` });
    expect(rulesOf(findings)).toContain(
      domain === "acme-com.net" ? "RECIPIENT_EXTERNAL" : "RECIPIENT_LOOKS_ALIKE",
    );
  });
});

const SIZE = 65_536;
/** What is left of the fast budget once the document is read. */
const FUEL_MAX = 150_000_000;
const fill = (unit: string) => unit.repeat(Math.ceil(SIZE / unit.length)).slice(0, SIZE);

const policy = builtPolicy("access");
const host = new PolicyHost(null);

async function fuelOf(settings: Json, payload: Json): Promise<unknown> {
  const outcome = await host.run(policy, settingsText(settings), inputWith(payload, {}), FUEL_MAX);
  return { error: outcome.error };
}

describe("hostile input", () => {
  const words =
    "select |select\n|insert into |delete from |update a set |drop table a |create table |def a(\n|class a\n|import ab\n";
  const marks = "from a\n|function a\n|const a\n|<|<s|`|```\n|~| \n|javascript:|a|$ |#|x@y,|\\";
  it.each(`${words}|${marks}`.split("|"))("%j over and over, looked through for code", async (unit) => {
    expect(await fuelOf({ code: {} }, { t: fill(unit) })).toEqual({ error: null });
  });

  it.each(["a@b.com,", "a@b,", "<", '"', "(", "@", "a@xn--a-a.", "\\", ",", "a@acme.co\u043c,"])(
    "%j over and over as recipients",
    async (unit) => {
      const recipients = { own_domains: ["acme.com", "*.acme.com", "b.org"], first_contact: true };
      expect(await fuelOf({ recipients }, { to: fill(unit) })).toEqual({ error: null });
    },
  );

  it("a pattern with many ways to match", async () => {
    const pattern = `[a-z]+${"*a".repeat(20)}b`;
    const settings = { arguments: [{ tool: "*", pointer: "/t", pattern }] };
    expect(await fuelOf(settings, { t: "a".repeat(2000) })).toEqual({ error: null });
  });
});
