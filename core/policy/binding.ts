/** Which bundles govern an action, in which mode and with which budgets. */
import type { Digest } from "../hash.ts";
import { FUEL_FAST } from "../limits.ts";

export const MODES = ["enforce", "observe"] as const;
export type Mode = (typeof MODES)[number];

/** What becomes of an action whose policy gave no usable answer. Never `allow` (invariant I1). */
export const ON_ERROR = ["block", "hold"] as const;
export type OnError = (typeof ON_ERROR)[number];

/** What becomes of an action that a policy could not judge within the fast budget (docs/design/budgets.md). */
export const ON_EXCEEDED = ["hold", "block", "provisional_allow"] as const;
export type OnExceeded = (typeof ON_EXCEEDED)[number];

export interface Budget {
  /** Fuel for each policy while the caller waits. */
  readonly fastFuel: number;
  readonly onExceeded: OnExceeded;
}

/** `surface` `*` is every surface; `folder` null is every folder. One binding for each such pair. */
export interface Binding {
  readonly surface: string;
  readonly folder: string | null;
  readonly bundle: Digest;
  readonly mode: Mode;
  readonly onError: OnError;
  readonly budget: Budget;
  /** A candidate that is judged beside `bundle`; what it says is recorded and decides nothing. */
  readonly shadow: Digest | null;
}

/** What a binding has that says nothing else. */
export const BINDING_DEFAULTS = {
  folder: null,
  mode: "enforce",
  onError: "block",
  budget: { fastFuel: FUEL_FAST, onExceeded: "hold" },
  shadow: null,
} as const satisfies Partial<Binding>;

/** A binding as docs/api.md has it. */
export function bindingView({ surface, folder, bundle, mode, onError, budget, shadow }: Binding) {
  return {
    budget: { fast_fuel: budget.fastFuel, on_exceeded: budget.onExceeded },
    bundle,
    folder,
    mode,
    on_error: onError,
    shadow,
    surface,
  };
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
