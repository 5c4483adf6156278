/** Publishing a policy: what is taken, what is refused, and what is kept of it. */
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { canonicalJson } from "../../core/canonical-json.ts";
import { digestOf } from "../../core/hash.ts";
import type { Json } from "../../core/json.ts";
import { MANIFEST_BYTES_MAX, PUBLICATION_BYTES_MAX } from "../../core/limits.ts";
import { PROFILE_ID } from "../../core/policy/wasm/profile.ts";
import { createTestTenant } from "../harness/tenant.ts";
import { policyBytes } from "../harness/wasm-bytes.ts";
import { assemble } from "../harness/wat.ts";
import {
  counting,
  formOf,
  manifestOf,
  type PolicySource,
  postPolicy,
  publish,
  renamed,
  textPolicy,
} from "./published.ts";
import { createWorld, raw, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
}, 60_000);
afterAll(() => world?.close());

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const admin = () => world.tenant.admin;
const post = (source: PolicySource) => postPolicy(admin(), world.tenant.keys.admin, source);
const get = (path: string, key = world.tenant.keys.auditor) => raw(world, path, {}, key);
const ledgerSize = async (): Promise<number> => {
  const text = await (await get("/v1/ledger/export")).text();
  return text.trim().split("\n").length - 1;
};

describe("a module and its manifest", () => {
  it("are taken as a form, named by their content, and known when they come again as JSON", async () => {
    const source = renamed("denylist", "form-and-json");
    const first = await post(source);
    expect(first).toMatchObject({
      status: 201,
      body: {
        builtin: false,
        profile_id: PROFILE_ID,
        wasm_sha256: sha256(source.wasm),
        manifest: source.manifest,
      },
    });
    const named = canonicalJson({ manifest: source.manifest as Json, wasm_sha256: sha256(source.wasm) });
    expect(first.body.policy).toBe(digestOf(named));
    expect(first.body.report).toMatchObject({
      exports: expect.arrayContaining(["memory", "evaluate", "configure"]),
      imports: expect.arrayContaining(["countersign:host/env.output_write"]),
      memory: { initial: expect.any(Number), maximum: 64 },
      sizes: { raw: source.wasm.length },
    });
    expect((first.body.report as { static_fuel: number }).static_fuel).toBeGreaterThan(1000);
    const before = await ledgerSize();
    const again = await publish(admin(), source);
    expect(again).toEqual(first.body);
    expect((await post(source)).status).toBe(200);
    expect(await ledgerSize()).toBe(before);
  });

  it("can be fetched again: raw to the byte, and metered as exec_id names it", async () => {
    const source = counting("fetched");
    const { policy, exec_id } = await publish(admin(), source);
    const bytes = async (path: string) => {
      const response = await get(path);
      expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/wasm"]);
      return new Uint8Array(await response.arrayBuffer());
    };
    expect(await bytes(`/v1/policies/${policy}/wasm`)).toEqual(source.wasm);
    const metered = await bytes(`/v1/policies/${policy}/wasm?form=metered`);
    expect(digestOf(metered)).toBe(exec_id);
    expect((await get(`/v1/policies/${policy}/wasm?form=other`)).status).toBe(422);
    expect(await (await get(`/v1/policies/${policy}`)).json()).toMatchObject({
      policy,
      exec_id,
      builtin: false,
    });
  });

  it("stand in the list after the built-in ones, page by page", async () => {
    const { policy } = await publish(admin(), counting("listed"));
    type List = { data: { policy: string; builtin: boolean }[]; next_cursor: string | null };
    const list = async (query: string) => (await (await get(`/v1/policies${query}`)).json()) as List;
    const whole = await list("");
    expect(whole.next_cursor).toBeNull();
    expect(whole.data.slice(0, 3).every(({ builtin }) => builtin)).toBe(true);
    expect(whole.data).toContainEqual(expect.objectContaining({ policy, builtin: false }));
    const paged = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page: List = await list(`?limit=1${cursor === "" ? "" : `&cursor=${cursor}`}`);
      paged.push(...page.data);
      cursor = page.next_cursor;
    }
    expect(paged).toEqual(whole.data);
  });

  it("equal but for a custom section run as the same module", async () => {
    const source = counting("custom-section");
    const custom = new Uint8Array([...source.wasm, 0, 4, 2, 0x68, 0x69, 7]);
    const [plain, noted] = [
      await publish(admin(), source),
      await publish(admin(), { ...source, wasm: custom }),
    ];
    expect(noted.exec_id).toBe(plain.exec_id);
    expect(noted.policy).not.toBe(plain.policy);
  });
});

describe("a built-in policy", () => {
  it("is shown with its ids; its module is in the release", async () => {
    const { data } = (await (await get("/v1/policies")).json()) as { data: { policy: string }[] };
    const id = data[0]?.policy;
    expect(await (await get(`/v1/policies/${id}`)).json()).toMatchObject({
      builtin: true,
      exec_id: expect.stringMatching(/^sha256:/),
      profile_id: PROFILE_ID,
    });
    const module = await get(`/v1/policies/${id}/wasm`);
    expect(module.status).toBe(404);
    expect(await module.json()).toMatchObject({ detail: expect.stringContaining("dist/policies/") });
  });
});

describe("a tenant's policy", () => {
  it("is nobody else's", async () => {
    const { policy } = await publish(admin(), counting("private"));
    const { BOOTSTRAP_TOKEN: bootstrapToken } = world.engine.secrets;
    const other = await createTestTenant({ url: world.engine.url, bootstrapToken, name: "other" });
    for (const path of [`/v1/policies/${policy}`, `/v1/policies/${policy}/wasm`])
      expect((await get(path, other.keys.auditor)).status).toBe(404);
    const bundle = { name: "theirs", version: "1.0.0", policies: [{ policy, settings: {} }] };
    expect(await other.admin.call("POST", "/v1/bundles", bundle)).toMatchObject({
      status: 422,
      body: { code: "unknown_policy" },
    });
  });
});

describe("a module that may not run is refused, and nothing is kept of it", () => {
  const float = assemble(
    '(module (memory (export "memory") 1) (func (export "evaluate") (result i32) (i32.trunc_f32_s (f32.const 1))))',
  );
  const cases: readonly [string, Uint8Array, Record<string, unknown>][] = [
    ["no module", new TextEncoder().encode("hello"), { code: "MALFORMED" }],
    ["cut short", policyBytes().slice(0, 40), { code: "SECTION_SIZE" }],
    ["floats", float, { code: "FLOAT", section: "code", function_index: 0, offset: expect.any(Number) }],
    ["no evaluate", assemble('(module (memory (export "memory") 1))'), { code: "EXPORT_MISSING" }],
    [
      "a start function that traps",
      textPolicy("x", "(i32.const 0)", "(start $boom) (func $boom unreachable)").wasm,
      { code: "POLICY_TRAPPED", message: expect.stringContaining("start") },
    ],
    [
      "a start function without end",
      textPolicy("x", "(i32.const 0)", "(start $on) (func $on (loop (br 0)))").wasm,
      { code: "POLICY_TRAPPED", message: expect.stringContaining("fuel") },
    ],
  ];
  it.each(cases)("%s", async (_, wasm, fault) => {
    const before = await ledgerSize();
    const answer = await post({ manifest: manifestOf("refused"), wasm: new Uint8Array(wasm) });
    expect(answer).toMatchObject({
      status: 422,
      body: { code: "policy_refused", fault: { advice: expect.stringMatching(/.{10}/), ...fault } },
    });
    expect(await ledgerSize()).toBe(before);
    const { data } = (await (await get("/v1/policies")).json()) as { data: { manifest: { name: string } }[] };
    expect(data.filter(({ manifest }) => manifest.name === "refused")).toEqual([]);
  });

  it("less memory of its own than its manifest asks for", async () => {
    const wasm = assemble(
      '(module (memory (export "memory") 1 1) (func (export "evaluate") (result i32) (i32.const 0)))',
    );
    const answer = await post({
      wasm: new Uint8Array(wasm),
      manifest: manifestOf("refused", { memory_pages: 8 }),
    });
    expect(answer).toMatchObject({ status: 422, body: { fault: { code: "MEMORY_PAGES" } } });
  });
});

describe("a manifest is refused", () => {
  const rule = { id: "FIRED", severity: "block", reason: "It fired" };
  const closed = (more: object) => ({ settings: { type: "object", additionalProperties: false, ...more } });
  it.each([
    ["with a rule twice", { rules: [rule, rule] }, "/manifest/rules/1/id"],
    ["with a rule of the gateway's own", { rules: [{ ...rule, id: "NO_BINDING" }] }, "/manifest/rules/0/id"],
    ["under the gateway's own name", { name: "countersign" }, "/manifest/name"],
    [
      "with settings that are open",
      { settings: { type: "object" } },
      "/manifest/settings/additionalProperties",
    ],
    [
      "with settings of another type",
      { settings: { type: "string", additionalProperties: false } },
      "/manifest/settings/type",
    ],
    [
      "with a pattern",
      closed({ properties: { a: { pattern: "(a+)+$" } } }),
      "/manifest/settings/properties/a/pattern",
    ],
    ["with a reference", closed({ anyOf: [{ $ref: "#" }] }), "/manifest/settings/anyOf/0/$ref"],
    [
      "with too large a schema",
      closed({ enum: Array.from({ length: 2001 }, (_, n) => n) }),
      "/manifest/settings",
    ],
    ["with an unknown member", { other: 1 }, "/manifest/other"],
  ])("%s", async (_, more, pointer) => {
    const source = counting("refused");
    const answer = await post({ ...source, manifest: { ...source.manifest, ...more } });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ code: "invalid_request" });
    expect(answer.body.errors).toEqual([expect.objectContaining({ pointer })]);
  });
});

it("a manifest over its limit is refused, either way", async () => {
  const source = counting("refused");
  const large = { ...source, manifest: { ...source.manifest, description: "x".repeat(MANIFEST_BYTES_MAX) } };
  expect(await post(large)).toMatchObject({ status: 413, body: { code: "json_too_large" } });
  await expect(publish(admin(), large)).rejects.toMatchObject({
    status: 422,
    body: { code: "invalid_request", errors: [{ pointer: "/manifest" }] },
  });
});

describe("a body is refused", () => {
  const send = (body: FormData | Uint8Array<ArrayBuffer> | string, type?: string) =>
    fetch(new URL("/v1/policies", world.engine.url), {
      method: "POST",
      headers: {
        authorization: `Bearer ${world.tenant.keys.admin}`,
        ...(type === undefined ? {} : { "content-type": type }),
      },
      body,
    });
  const changed = (change: (form: FormData) => void): FormData => {
    const form = formOf(counting("refused"));
    change(form);
    return form;
  };
  const json = (body: object) => JSON.stringify(body);
  /** The answer comes before all of the body has gone, which may break the connection first. */
  const early = async (attempts = 10): Promise<Response> => {
    try {
      return await send(new Uint8Array(PUBLICATION_BYTES_MAX + 1), "application/json");
    } catch (error) {
      if (attempts === 1) throw error;
      return early(attempts - 1);
    }
  };
  it.each<[string, () => Promise<Response>, number, string]>([
    ["over its limit", () => early(), 413, "json_too_large"],
    ["of another type", () => send("x", "application/wasm"), 415, "unsupported_media_type"],
    ["that is no form", () => send("x", "multipart/form-data; boundary=b"), 422, "invalid_request"],
    ["without a module", () => send(changed((form) => form.delete("wasm"))), 422, "invalid_request"],
    [
      "with two manifests",
      () => send(changed((form) => form.append("manifest", "{}"))),
      422,
      "invalid_request",
    ],
    ["with another part", () => send(changed((form) => form.append("more", "1"))), 422, "invalid_request"],
    ["with a module as text", () => send(changed((form) => form.set("wasm", "asm"))), 422, "invalid_request"],
    [
      "with a manifest that names a member twice",
      () => send(changed((form) => form.set("manifest", '{"abi":1,"abi":2}'))),
      400,
      "json_duplicate_key",
    ],
    [
      "with a module that is not base64",
      () => send(json({ manifest: {}, wasm: "AGFz bQ==" }), "application/json"),
      422,
      "invalid_request",
    ],
    ["with JSON that is not a publication", () => send("[]", "application/json"), 422, "invalid_request"],
  ])("%s", async (_, request, status, code) => {
    const response = await request();
    expect([response.status, await response.json()]).toEqual([status, expect.objectContaining({ code })]);
  });
});
