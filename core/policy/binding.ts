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
 * Every binding that governs an action: all of them run (invariant I7). The first folder is the caller's own; the others
 * are those it says that it reaches into, whose bindings govern it too. They never stand in for the caller's own: what is
 * merely asserted can only tighten, so an action that nothing governs where it comes from is governed by none.
 */
export function matchBindings(
  bindings: readonly Binding[],
  surface: string,
  folders: readonly (string | null)[],
): Binding[] {
  const own = folders[0] ?? null;
  const all = bindings.filter((binding) => binding.surface === "*" || binding.surface === surface);
  if (!all.some(({ folder }) => folder === null || folder === own)) return [];
  return all.filter(({ folder }) => folder === null || folders.includes(folder));
}
