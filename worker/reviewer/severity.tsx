/** Severities in words: colour only repeats what the word says. */
import type { Severity } from "../../core/policy/manifest.ts";

export const SEVERITY_WORDS: Readonly<Record<Severity, string>> = {
  block: "Blocks",
  warn: "Needs approval",
  info: "Note",
};

export function SeverityBadge({
  severity,
  observed = false,
}: {
  readonly severity: Severity;
  readonly observed?: boolean;
}) {
  return (
    <span class={`badge ${observed ? "info" : severity}`}>
      {SEVERITY_WORDS[severity]}
      {observed && ", observed only"}
    </span>
  );
}
