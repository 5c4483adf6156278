/** What the pages point at exists, and what they show as JSON is JSON of its kind. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { type ActionBody, parseAction } from "../../core/action.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import { findTransport } from "../../core/transport/table.ts";
import manifest from "../../package.json" with { type: "json" };
import { type Block, GUIDES, PAGES, ROOT, readPage } from "./pages.ts";

const slug = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
const anchorsOf = (path: string): string[] =>
  [...readFileSync(join(ROOT, path), "utf8").matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    slug(heading),
  );

describe.each(PAGES)("%s", (path) => {
  const page = readPage(path);
  const prose = page.text.replace(/^```[\s\S]*?^```$/gm, "");

  it("has links that lead somewhere", () => {
    const broken = [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, link = ""]) => link)
      .filter((link) => !/^https?:/.test(link))
      .filter((link) => {
        const [file = "", anchor] = link.split("#");
        const target = file === "" ? path : normalize(join(dirname(path), file));
        if (!existsSync(join(ROOT, target))) return true;
        return anchor !== undefined && !anchorsOf(target).includes(anchor);
      });
    expect(broken).toEqual([]);
  });

  it("names files that exist", () => {
    const named = [...prose.matchAll(/`([a-z.-]+(?:\/[A-Za-z0-9_.-]+)+\/?)`/g)]
      .map(([, name = ""]) => name)
      .filter((name) => /^(core|durable-objects|worker|policy-plugins|cli|test|bench|docs)\//.test(name));
    expect(named.filter((name) => !existsSync(join(ROOT, name)))).toEqual([]);
  });

  it("names npm scripts that exist", () => {
    const named = [...page.text.matchAll(/npm run ([a-z:-]+)/g)].map(([, name = ""]) => name);
    expect(named.filter((name) => !Object.hasOwn(manifest.scripts, name))).toEqual([]);
  });

  it("has JSON that parses", () => {
    // A line of an export and the like are marked as text.
    for (const { language, text, line } of page.blocks.filter(({ language }) => language === "json"))
      expect(() => JSON.parse(text), `line ${line}, ${language}`).not.toThrow();
  });
});

const marked = (...words: string[]): Block[] =>
  GUIDES.flatMap((path) => readPage(path).blocks).filter(
    (block) => block.language === "json" && words.every((word, at) => block.words[at] === word),
  );
const jsonOf = ({ text }: Block): JsonObject => JSON.parse(text) as JsonObject;

describe("examples of their kind", () => {
  it("are as many as expected", () => {
    expect(
      [marked("payload"), marked("refused"), marked("target"), marked("submission")].map((x) => x.length > 0),
    ).toEqual([true, true, true, true]);
  });

  it.each([...marked("payload"), ...marked("refused")])("a payload: $text", (block) => {
    const [mark, kind = ""] = block.words;
    const transport = findTransport(kind) ?? expect.fail(`no transport ${kind}`);
    const config = transport.parseConfig({});
    if (!config.ok) expect.fail("the default configuration is refused");
    const body: ActionBody = { surface: "outbound.email", payload: jsonOf(block) };
    expect(transport.render(body, config.value).ok).toBe(mark === "payload");
  });

  it.each(marked("target"))("a target: $text", (block) => {
    const { kind, config = {}, credentials = {} } = jsonOf(block);
    const transport = findTransport(String(kind)) ?? expect.fail(`no transport ${String(kind)}`);
    expect(transport.parseConfig(config as Json).ok).toBe(true);
    expect(transport.parseCredentials(credentials as Json).ok).toBe(true);
  });

  it.each(marked("submission"))("a submission: $text", (block) => {
    expect(parseAction(jsonOf(block))).toMatchObject({ ok: true });
  });
});
