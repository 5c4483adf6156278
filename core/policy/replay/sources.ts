/** Bundles, manifests and modules for a replay, each found by what it hashes to and never by the name it came under. */
import { canonicalJson } from "../../canonical-json.ts";
import { type Digest, digestOf, sha256Hex } from "../../hash.ts";
import type { Json, JsonObject } from "../../json.ts";
import type { Result } from "../../result.ts";
import { type InvalidFault, validate } from "../../validate.ts";
import { type Bundle, bundleSchema } from "../bundle.ts";
import { compileAgain } from "../compile-settings.ts";
import { type Manifest, MEMORY_PAGES_DEFAULT, manifestSchema, policyId } from "../manifest.ts";
import type { RanPolicy } from "../verdict.ts";
import { admit } from "../wasm/admit.ts";

/** A policy that can be run again: its module was metered anew from the bytes that were uploaded. */
export interface ReplayPolicy extends RanPolicy {
  readonly wasm: Uint8Array<ArrayBuffer>;
}

export type FoundBundle =
  | { readonly kind: "found"; readonly bundle: Bundle }
  | { readonly kind: "absent" }
  /** A text came under this digest that has another. */
  | { readonly kind: "other"; readonly got: Digest };

export type FoundPolicy =
  | { readonly kind: "found"; readonly policy: ReplayPolicy }
  /** The manifest is null where not even that came. */
  | { readonly kind: "absent"; readonly manifest: Manifest | null; readonly why: string }
  | { readonly kind: "other"; readonly got: Digest };

export class ReplaySources {
  readonly #bundles = new Map<string, Bundle>();
  readonly #policies = new Map<string, { readonly manifest: Manifest; readonly wasmSha256: string }>();
  readonly #modules = new Map<string, Uint8Array>();
  /** What came under a digest that is not its own. */
  readonly #misnamed = new Map<string, Digest>();
  readonly #found = new Map<string, FoundPolicy>();
  /** Policies of this release: settings that are compiled for them can be compiled here. */
  readonly #ofRelease = new Set<string>();
  /** Decisions share their bundles, and compiling takes as long as a thousand of them. */
  readonly #compiled = new Map<JsonObject, Promise<Result<JsonObject, InvalidFault>>>();

  /** `named` is the digest that it was given under, where it was. False: it is no bundle. */
  addBundle(text: string, named: string | null = null): boolean {
    const digest = digestOf(text);
    if (named !== null && named !== digest) this.#misnamed.set(named, digest);
    const parsed = validate(bundleSchema, parse(text));
    if (parsed.ok) this.#bundles.set(digest, parsed.value);
    return parsed.ok;
  }

  addPolicy(manifest: Json, wasmSha256: string, named: string | null = null): boolean {
    const parsed = validate(manifestSchema, manifest);
    if (!parsed.ok) return false;
    const id = policyId(parsed.value, wasmSha256);
    if (named !== null && named !== id) this.#misnamed.set(named, id);
    this.#policies.set(id, { manifest: parsed.value, wasmSha256 });
    this.#found.clear();
    return true;
  }

  /** A policy of this release. */
  addBuiltin(manifest: Json, wasmSha256: string): boolean {
    const added = this.addPolicy(manifest, wasmSha256);
    if (added) this.#ofRelease.add(policyId(manifest as unknown as Manifest, wasmSha256));
    return added;
  }

  isOfRelease(id: Digest): boolean {
    return this.#ofRelease.has(id);
  }

  /** What the settings of a policy of this release compile to. */
  compiled(name: string, settings: JsonObject): Promise<Result<JsonObject, InvalidFault>> {
    const known = this.#compiled.get(settings) ?? compileAgain(name, settings);
    this.#compiled.set(settings, known);
    return known;
  }

  addModule(wasm: Uint8Array): void {
    this.#modules.set(sha256Hex(wasm), wasm);
    this.#found.clear();
  }

  /** As it was uploaded; null where it is not at hand. */
  module(wasmSha256: string): Uint8Array | null {
    return this.#modules.get(wasmSha256) ?? null;
  }

  bundle(digest: Digest): FoundBundle {
    const bundle = this.#bundles.get(digest);
    if (bundle !== undefined) return { kind: "found", bundle };
    const got = this.#misnamed.get(digest);
    return got === undefined ? { kind: "absent" } : { kind: "other", got };
  }

  policy(id: Digest): FoundPolicy {
    const known = this.#found.get(id) ?? this.#find(id);
    this.#found.set(id, known);
    return known;
  }

  #find(id: Digest): FoundPolicy {
    const stored = this.#policies.get(id);
    if (stored === undefined) {
      const got = this.#misnamed.get(id);
      return got === undefined
        ? { kind: "absent", manifest: null, why: `the manifest of policy ${id} is not at hand` }
        : { kind: "other", got };
    }
    const { manifest, wasmSha256 } = stored;
    const raw = this.#modules.get(wasmSha256);
    if (raw === undefined)
      return { kind: "absent", manifest, why: `the module with SHA-256 ${wasmSha256} is not at hand` };
    const admitted = admit(raw, { memoryPages: manifest.memory_pages ?? MEMORY_PAGES_DEFAULT });
    if (!admitted.ok)
      return { kind: "absent", manifest, why: `the module is not admitted here: ${admitted.fault.code}` };
    const { wasm, execId, profileId } = admitted.value;
    return {
      kind: "found",
      policy: { manifest, policyId: id, execId, profileId, wasm: wasm as Uint8Array<ArrayBuffer> },
    };
  }
}

/** Whatever came is checked by its digest afterwards. */
function parse(text: string): Json {
  try {
    const json = JSON.parse(text) as Json;
    // A text that is not canonical is not the bundle of any digest.
    return canonicalJson(json) === text ? json : null;
  } catch {
    return null;
  }
}
