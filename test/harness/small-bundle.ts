/** Three policies with settings of their own: enough for every kind of decision, and little to compute. */
import type { PolicyUse } from "../../cli/tenant-setup.ts";

export const SMALL_BUNDLE: readonly PolicyUse[] = [
  {
    policy: "builtin:denylist",
    settings: { denied_terms: ["wire the money today"], discouraged_terms: ["guarantee", "guaranteed"] },
  },
  { policy: "builtin:pii", settings: {} },
  {
    policy: "builtin:access",
    settings: {
      tools: [
        { tool: "email.send", roles: ["*"] },
        { tool: "payments.transfer", surfaces: ["tool.call"], roles: ["finance"] },
        { tool: "*", roles: ["*"] },
      ],
      arguments: [{ tool: "payments.transfer", pointer: "/amount", max: 1000 }],
      forbidden_account_states: ["frozen", "under_review"],
    },
  },
];
