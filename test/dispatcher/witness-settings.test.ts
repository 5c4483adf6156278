/** The deployment's witnesses as configured: what is not understood stops all of them. */
import { beforeAll, describe, expect, it } from "vitest";
import { parseWitnessSettings } from "../../worker/dispatcher/witness-settings.ts";
import { noteSigner } from "../harness/log.ts";
import { cosigner } from "../witness/scripted.ts";

const URL = "https://witness.acme.com";
let vkeys: string[];
let logKey: string;

beforeAll(async () => {
  vkeys = (await Promise.all(Array.from({ length: 16 }, (_, at) => cosigner(`w${at}`)))).map(
    ({ vkey }) => vkey,
  );
  logKey = (await noteSigner("w0")).vkey;
});

const parse = (witnesses: unknown, quorum?: string, privateOrigins: readonly string[] = []) =>
  parseWitnessSettings(
    { WITNESSES: JSON.stringify(witnesses), ...(quorum === undefined ? {} : { WITNESS_QUORUM: quorum }) },
    privateOrigins,
  );
const one = (url: string) => [{ url, vkey: vkeys[0] }];

it("without witnesses there are none, and none are asked for", () => {
  expect(parseWitnessSettings({}, [])).toEqual({ quorum: 0, witnesses: [] });
  expect(parseWitnessSettings({ WITNESSES: "", WITNESS_QUORUM: "0" }, [])).toEqual({
    quorum: 0,
    witnesses: [],
  });
});

describe("a witness' url", () => {
  it.each([
    [URL, `${URL}/add-checkpoint`],
    [`${URL}/`, `${URL}/add-checkpoint`],
    [`${URL}/countersign/1`, `${URL}/countersign/1/add-checkpoint`],
    [
      "https://countersign-witness.acme.workers.dev",
      "https://countersign-witness.acme.workers.dev/add-checkpoint",
    ],
  ])("%s leads to %s", (url, endpoint) => {
    expect(parse(one(url)).witnesses.map((witness) => witness.endpoint)).toEqual([endpoint]);
  });

  it.each([
    "http://witness.acme.com",
    "https://127.0.0.1",
    "https://[::1]",
    "https://witness.internal",
    "https://localhost",
    "https://witness.acme.com:22",
    "https://user:pass@witness.acme.com",
    "https://WITNESS.acme.com",
    "https://witness.acme.com/#",
    "ftp://witness.acme.com",
    "witness.acme.com",
    "",
  ])("%s is refused", (url) => {
    expect(() => parse(one(url))).toThrow("WITNESSES: w0 cannot be asked at its url.");
  });

  it("is a private one only where that is allowed", () => {
    const url = "http://127.0.0.1:4100";
    expect(() => parse(one(url))).toThrow("not an https URL");
    expect(parse(one(url), "1", [url]).witnesses).toHaveLength(1);
  });
});

it.each<[string, unknown]>([
  ["no array", {}],
  ["no object", ["x"]],
  ["no vkey", [{ url: URL }]],
  ["another member", [{ url: URL, vkey: "x", name: "x" }]],
])("%s is no list of witnesses", (_, witnesses) => {
  expect(() => parse(witnesses)).toThrow("WITNESSES is not a JSON array");
});

it("a text that is no JSON is not quoted", () => {
  expect(() => parseWitnessSettings({ WITNESSES: "{secret" }, [])).toThrow(
    /^WITNESSES is not a JSON array of at most 15/,
  );
});

it("there are at most 15, each once and with a key of its own", () => {
  const all = vkeys.map((vkey) => ({ url: URL, vkey }));
  expect(parse(all.slice(0, 15), "15").witnesses).toHaveLength(15);
  expect(() => parse(all)).toThrow("at most 15");
  expect(() => parse([all[0], all[0]])).toThrow("the same name or the same key");
});

it("a key is a witness', not a log's", () => {
  expect(() => parse([{ url: URL, vkey: logKey }])).toThrow("not a verifier key of type 0x04");
  expect(() => parse([{ url: URL, vkey: "w0+00000000+BA==" }])).toThrow("not a verifier key of type 0x04");
});

it.each(["2", "-1", "1.5", "01", "", "one", "Infinity"])("a quorum of %s of one is refused", (quorum) => {
  expect(() => parse(one(URL), quorum)).toThrow("WITNESS_QUORUM");
});
