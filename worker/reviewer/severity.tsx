/** Severities in words: colour only repeats what the word says. */
import type { Severity } from "../../core/policy/manifest.ts";

export const SEVERITY_WORDS: Readonly<Record<Severity, string>> = {
  block: "Blocks",
  defer: "Waits for facts",
  warn: "Needs approval",
  info: "Note",
};

export function SeverityBadge({
  severity,
  observed = false,
  settled = false,
}: {
  readonly severity: Severity;
  readonly observed?: boolean;
  readonly settled?: boolean;
}) {
  return (
    <span class={`badge ${observed || settled ? "info" : severity}`}>
      {settled ? "Removed before sending" : SEVERITY_WORDS[severity]}
      {observed && ", observed only"}
    </span>
  );
}
