/** One line by which people know an action in a list. Untrusted text: whoever shows it makes it visible. */
import type { ActionBody } from "./action.ts";

const TITLE_CHARS_MAX = 160;

export function titleOf({ payload, tool, surface }: ActionBody): string {
  const to = Array.isArray(payload.to) ? payload.to.join(", ") : payload.to;
  const title =
    typeof payload.subject === "string" && typeof to === "string"
      ? `${payload.subject} → ${to}`
      : (tool ?? surface);
  return title.length <= TITLE_CHARS_MAX
    ? title
    : `${title.slice(0, TITLE_CHARS_MAX - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}
