// Each entry of providers.json by its own example, in the ways that people and programs write tokens.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PolicyHost } from "../../worker/evaluate/host.ts";
import { builtPolicy, inputWith, partsFor } from "../evaluate/policies.ts";
import { type Finding, findingsOf } from "./extism-host.ts";

interface Provider {
  id: string;
  rule: string;
  prefixes?: string[];
  words?: string[];
  before?: string;
  example: string;
}

const folder = join(import.meta.dirname, "../../policy-plugins/secrets");
const providers: Provider[] = JSON.parse(readFileSync(join(folder, "providers.json"), "utf8"));

const policy = builtPolicy("secrets");
const host = new PolicyHost(null);

/** A whole token; where there is something before the prefix, a tilde in the example says where the prefix stands. */
const tokenOf = ({ example, before }: Provider, prefix: string) =>
  before === undefined ? prefix + example : example.replace("~", prefix);

const judge = (payload: unknown): Promise<Finding[]> =>
  findingsOf("secrets", {}, { action: { surface: "outbound.email", payload } });

const textsOf = (provider: Provider): string[] => [
  ...(provider.prefixes ?? []).map((prefix) => `Use ${tokenOf(provider, prefix)} for it, please.`),
  ...(provider.words ?? []).map((word) => `${word} = "${provider.example}"`),
];

describe("tokens of providers", () => {
  it.each(providers.map((provider, item) => ({ ...provider, item })))("$id", async (provider) => {
    for (const text of textsOf(provider)) {
      const { rule, item } = provider;
      const findings = await judge({ text });
      expect({ text, findings }).toMatchObject({ findings: [{ rule, item }] });
    }
  });
});

describe("what stands for a secret", () => {
  // A token in each provider's form, but of one character: nobody's.
  it.each(providers.filter(({ prefixes }) => prefixes !== undefined))("$id", async (provider) => {
    for (const prefix of provider.prefixes ?? []) {
      const { before, example } = provider;
      if (before !== undefined || !/[a-z0-9]{8}/i.test(example)) continue;
      const text = `Use ${prefix}${example.replace(/[a-z]/g, "x").replace(/[A-Z]/g, "X").replace(/[0-9]/g, "0")}`;
      const findings = await judge({ text });
      expect({ text, findings }).toEqual({ text, findings: [] });
    }
  });
});

/** Of 64 KiB of text, which the fast budget must suffice for, with room. */
const SIZE = 65_536;
const FUEL_MAX = 140_000_000;

const hostile = [
  ..."AKIA,AKIA ,ghp_,ghp_ ,sk-,sk-sk_,SK0,AAAA,eyJ,eyJ.eyJ.,0Q~,_mmk,:AA,.atlasv1.,xoxb-1234567890-,sc_a.".split(
    ",",
  ),
  ..."key=,key=a ,key is ,password ,password: ,password=abcdef ,api key for the ,secret,secret ,token:x ,auth\n".split(
    ",",
  ),
  ..."://,a://b:c,a://b:c@ ,uid=,Pwd=a;,curl -u ,curl -u a:b ,kind: secret data: a:b ,bearer a1b2 ".split(
    ",",
  ),
  ..."-----BEGIN PRIVATE KEY-----|----BEGIN |putty-user-key-file-|twilio linear adobe asana |twitter=|.abcdef".split(
    "|",
  ),
  "-----BEGIN PRIVATE KEY-----\nMIIEpAIBAAKCAQEA1c7+9z5Pad7OejecsQ0bu3ao\n",
  "able ",
  "able able able able able able able able able able able act;",
  "mysql -p ",
  "net use -p ",
  "echo a |sudo -s ",
  "htpasswd ",
  "password=hunter2x ",
  "api_key=ab12cd34ef56gh78 ",
  "x",
  " ",
];

describe("hostile text", () => {
  it.each(hostile)("%j over and over costs no more than a bound", async (unit) => {
    const input = inputWith({ text: unit.repeat(Math.ceil(SIZE / unit.length)).slice(0, SIZE) });
    const parts = await partsFor("secrets", input);
    const { error, fuel } = await host.run(policy, "{}", input, FUEL_MAX, parts);
    expect({ error, fuel }).toMatchObject({ error: null });
  });
});
