/** The outcome of a step that may be refused: the value, or a fault with its data. */
export type Result<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: E };

export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });
export const refuse = <E>(fault: E): { readonly ok: false; readonly fault: E } => ({ ok: false, fault });
