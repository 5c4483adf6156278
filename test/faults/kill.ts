/**
 * When to kill. From outside, a phase can only be aimed at: an event that clients or receiver see, which one
 * of its kind, and a delay after it, all drawn. What was really hit is read afterwards, from what the dead process left (phases.ts).
 */
import { wait } from "../harness/faults.ts";
import type { Chance } from "./random.ts";
import type { ReceiverEvent } from "./slow-receiver.ts";

export type LoadEvent = ReceiverEvent | "written" | "acknowledged";

export interface Aim {
  /** Null: no event, only the delay since the load went on. */
  readonly event: LoadEvent | null;
  readonly count: number;
  readonly delayMs: number;
}

/** Where no such event comes, as when every client waits, the kill comes all the same. */
const PATIENCE_MS = 3_000;

/** Each with the longest delay after its event. With none, the signal goes out within the event itself. */
const AIMS: readonly (readonly [event: LoadEvent | null, delayMs: number, countMax: number])[] = [
  [null, 300, 1],
  // From a request's bytes on the wire to its commit, signature and attempt: the first few milliseconds.
  ["written", 4, 24],
  ["written", 12, 24],
  ["acknowledged", 3, 24],
  ["arrived", 0, 12],
  ["processing", 0, 12],
  ["answered", 0, 12],
  ["answered", 1, 12],
];

export function drawAim(chance: Chance): Aim {
  const [event, delayMs, countMax] = AIMS[chance.below(AIMS.length)] ?? [null, 0, 1];
  return { event, count: 1 + chance.below(countMax), delayMs: chance.next() * delayMs };
}

export interface Killer {
  readonly tell: (event: LoadEvent) => void;
  /** Calls `strike` as soon as the aim is met: within the very event, where there is no delay. */
  whenMet<T>(aim: Aim, strike: () => T): Promise<T>;
}

export function createKiller(): Killer {
  let watch: { readonly event: LoadEvent; left: number; readonly met: () => void } | null = null;
  return {
    tell(event) {
      if (watch === null || watch.event !== event || --watch.left > 0) return;
      const { met } = watch;
      watch = null;
      met();
    },
    whenMet: <T>({ event, count, delayMs }: Aim, strike: () => T) =>
      new Promise<T>((resolve) => {
        let struck = false;
        const strikeOnce = () => {
          if (struck) return;
          struck = true;
          watch = null;
          clearTimeout(patience);
          resolve(strike());
        };
        const met = () => void (delayMs === 0 ? strikeOnce() : spin(delayMs).then(strikeOnce));
        const patience = setTimeout(strikeOnce, PATIENCE_MS);
        if (event === null) met();
        else watch = { event, left: count, met };
      }),
  };
}

/** Fractions of a millisecond, while the sockets go on being served. */
async function spin(ms: number): Promise<void> {
  const until = performance.now() + ms;
  if (ms > 20) await wait(ms - 15);
  while (performance.now() < until) await new Promise((resolve) => setImmediate(resolve));
}
