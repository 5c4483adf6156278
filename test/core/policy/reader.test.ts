import { describe, expect, it } from "vitest";
import { digestOf } from "../../../core/hash.ts";
import { BUNDLE_POLICIES_MAX } from "../../../core/limits.ts";
import type { Bundle } from "../../../core/policy/bundle.ts";
import type { Manifest } from "../../../core/policy/manifest.ts";
import { withReader } from "../../../core/policy/reader.ts";

const OURS = digestOf("reader");
const ADDED = { policy: OURS, settings: {}, severities: {} };
const READS = { reading: "reads" } as const;
const WRITES = { reading: "writes" } as const;
const PLAIN = {};

type Reads = Pick<Manifest, "reading">;
const bundleOf = (manifests: readonly Reads[]): Bundle => ({
  name: "test",
  version: "1.0.0",
  policies: manifests.map((_, index) => ({ policy: digestOf(`${index}`), settings: {}, severities: {} })),
});
const complete = (...manifests: readonly Reads[]) => withReader(bundleOf(manifests), manifests, OURS);

describe("withReader", () => {
  it("puts the reader first where a policy reads and there is none", () => {
    const bundle = bundleOf([PLAIN, READS, READS]);
    expect(complete(PLAIN, READS, READS)).toEqual({
      ok: true,
      value: { ...bundle, policies: [ADDED, ...bundle.policies] },
    });
  });

  it.each([
    ["none reads", [PLAIN, PLAIN]],
    ["the bundle brings its own", [WRITES, READS]],
    ["the reader has no readers", [WRITES]],
  ])("leaves a bundle as it is where %s", (_, manifests) =>
    expect(complete(...manifests)).toEqual({ ok: true, value: bundleOf(manifests) }),
  );

  it.each([
    ["elsewhere than first", [READS, WRITES], ["/policies/1/policy"]],
    ["twice", [WRITES, READS, WRITES], ["/policies/2/policy"]],
    ["twice, and neither first", [PLAIN, WRITES, WRITES], ["/policies/1/policy", "/policies/2/policy"]],
  ])("refuses a reader %s", (_, manifests, pointers) => {
    const result = complete(...manifests);
    expect(result.ok ? [] : result.fault.issues.map(({ pointer }) => pointer)).toEqual(pointers);
  });

  it("refuses a bundle that has no room for the reader", () => {
    const full = Array.from({ length: BUNDLE_POLICIES_MAX }, () => READS);
    expect(complete(...full)).toMatchObject({ ok: false, fault: { issues: [{ pointer: "/policies" }] } });
    expect(complete(...full.slice(1)).ok).toBe(true);
  });
});
