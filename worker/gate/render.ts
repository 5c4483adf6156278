/** What would be sent, and where: rendered before the decision. */
import type { Action } from "../../core/action.ts";
import type { Message } from "../../core/message.ts";
import { ok, type Result, refuse } from "../../core/result.ts";
import { findTransport } from "../../core/transport/table.ts";
import type { Target } from "../../core/transport/transport.ts";
import type { InvalidIssue } from "../../core/validate.ts";
import type { TenantConfig } from "../../durable-objects/rpc.ts";

/** Where an action goes, and what would be sent there; both null where the gate only clears. */
export interface Rendered {
  readonly target: Target | null;
  readonly message: Message | null;
}

export type RenderFault =
  | { readonly code: "unknown_target" }
  | { readonly code: "target_surface"; readonly accepts: readonly string[] }
  | { readonly code: "invalid_payload"; readonly issues: readonly InvalidIssue[] };

/** Renders the message before the decision, so that what is judged is what is sent (invariant I12). */
export function renderAction(
  config: Pick<TenantConfig, "targets">,
  { body }: Action,
): Result<Rendered, RenderFault> {
  if (body.target === undefined) return ok({ target: null, message: null });
  const target = config.targets.find(({ name }) => name === body.target);
  const transport = target && findTransport(target.kind);
  if (!target || !transport) return refuse({ code: "unknown_target" });
  if (!target.surfaces.includes("*") && !target.surfaces.includes(body.surface))
    return refuse({ code: "target_surface", accepts: target.surfaces });
  const message = transport.render(body, target.config);
  return message.ok
    ? ok({ target, message: message.value })
    : refuse({ code: "invalid_payload", issues: message.fault.issues });
}
