/** Which bundles govern an action. */
import type { Digest } from "../hash.ts";

export const MODES = ["enforce", "observe"] as const;
export type Mode = (typeof MODES)[number];

/** `surface` `*` is every surface; `folder` null is every folder. One binding for each such pair. */
export interface Binding {
  readonly surface: string;
  readonly folder: string | null;
  readonly bundle: Digest;
  readonly mode: Mode;
}

/**
 * Every binding that governs an action: all of them run (invariant I7). An action that reaches into
 * another folder's resource is governed by the bindings of both.
 */
export function matchBindings(
  bindings: readonly Binding[],
  surface: string,
  folders: readonly (string | null)[],
): Binding[] {
  return bindings.filter(
    (binding) =>
      (binding.surface === "*" || binding.surface === surface) &&
      (binding.folder === null || folders.includes(binding.folder)),
  );
}
