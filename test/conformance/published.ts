/** Policies to publish: modules as an author uploads them, with their manifests. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "../../cli/client.ts";
import { ROOT } from "../harness/bundle.ts";
import { assemble } from "../harness/wat.ts";

export interface PolicySource {
  readonly manifest: Record<string, unknown>;
  readonly wasm: Uint8Array<ArrayBuffer>;
}

export interface PublishedAnswer {
  readonly policy: string;
  readonly exec_id: string;
  readonly profile_id: string;
  readonly wasm_sha256: string;
  readonly [member: string]: unknown;
}

const rules = [{ id: "FIRED", severity: "block", reason: "The policy fired" }];

export const manifestOf = (name: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  abi: "countersign-policy/1",
  name,
  version: "1.0.0",
  description: "A test's own.",
  settings: { type: "object", additionalProperties: false },
  rules,
  ...more,
});

/** The module of a policy of ours under another name, as its author would have it. */
export function renamed(builtin: string, name: string): PolicySource {
  const folder = join(ROOT, "dist", "policies");
  const index = JSON.parse(readFileSync(join(folder, "index.json"), "utf8")) as {
    name: string;
    wasm_path: string;
    manifest: Record<string, unknown>;
  }[];
  const row = index.find((one) => one.name === builtin);
  if (!row) throw new Error(`${builtin} is not built.`);
  return {
    manifest: { ...row.manifest, name },
    wasm: new Uint8Array(readFileSync(join(folder, row.wasm_path))),
  };
}

const NOTHING = '{\\"findings\\":[]}';
const FIRED = '{\\"findings\\":[{\\"rule\\":\\"FIRED\\"}]}';

/** A policy in WebAssembly's text form: `body` ends in the i32 that `evaluate` returns, and may call $nothing and $fired. */
export const textPolicy = (name: string, body: string, more = "", manifest = {}): PolicySource => ({
  manifest: manifestOf(name, manifest),
  wasm: new Uint8Array(
    assemble(`(module
      (import "countersign:host/env" "output_write" (func $output (param i32 i32)))
      (import "countersign:host/env" "error_write" (func $error (param i32 i32)))
      (memory (export "memory") 1)
      (data (i32.const 16) "${NOTHING}")
      (data (i32.const 64) "${FIRED}")
      (func $nothing (call $output (i32.const 16) (i32.const 15)))
      (func $fired (call $output (i32.const 64) (i32.const 31)))
      ${more}
      (func (export "evaluate") (result i32) ${body}))`),
  ),
});

/** Fires where anything is left of an earlier call: in a global, or in a page of memory. */
export const counting = (name: string): PolicySource =>
  textPolicy(
    name,
    `(if (i32.or (global.get $calls) (i32.load (i32.const 60000))) (then (call $fired)) (else (call $nothing)))
     (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
     (i32.store (i32.const 60000) (i32.const 0xC0FFEE))
     (i32.const 0)`,
    "(global $calls (mut i32) (i32.const 0))",
  );

export function formOf({ manifest, wasm }: PolicySource): FormData {
  const form = new FormData();
  form.set("wasm", new Blob([wasm], { type: "application/wasm" }), "policy.wasm");
  form.set("manifest", new Blob([JSON.stringify(manifest)], { type: "application/json" }), "manifest.json");
  return form;
}

/** As a form; the answer as it came. */
export async function postPolicy(admin: Client, key: string, source: PolicySource) {
  const response = await fetch(new URL("/v1/policies", admin.url), {
    method: "POST",
    headers: { authorization: `Bearer ${key}` },
    body: formOf(source),
  });
  return { status: response.status, body: (await response.json()) as PublishedAnswer };
}

/** As JSON; throws where it is refused. */
export const publish = (admin: Client, { manifest, wasm }: PolicySource): Promise<PublishedAnswer> =>
  admin.expect("POST", "/v1/policies", { manifest, wasm: Buffer.from(wasm).toString("base64") });
