/** Points in time for people: absolute in UTC, and as seen from now. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `2026-11-14 09:12:05 UTC` */
export const utc = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} UTC`;

/** `in 23 h`, `4 min ago`. Rounded down, so that what is left is never overstated. */
export function relative(ms: number, nowMs: number): string {
  const span = duration(Math.abs(ms - nowMs));
  return ms >= nowMs ? `in ${span}` : `${span} ago`;
}

function duration(ms: number): string {
  if (ms < MINUTE) return "less than a minute";
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  const hours = Math.floor(ms / HOUR);
  const minutes = Math.floor((ms % HOUR) / MINUTE);
  if (ms < 6 * HOUR && minutes > 0) return `${hours} h ${minutes} min`;
  if (ms < 2 * DAY) return `${hours} h`;
  return `${Math.floor(ms / DAY)} days`;
}
