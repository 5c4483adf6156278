/** The Resend stand-in with scripted faults, and what it was sent. */
import { type Mail, type MailStandIn, startMailStandIn } from "../../cli/demo/mail-stand-in.ts";
import { commitFault, createFaults, type FaultScript, wait } from "./faults.ts";

export interface StandIn extends MailStandIn {
  readonly faults: FaultScript;
  /** The Idempotency-Key of every request, oldest first; null where it carried none. */
  idempotencyKeys(): readonly (string | null)[];
  /** The mails, as soon as there are `count` of them. */
  waitFor(count: number, timeoutMs?: number): Promise<readonly Mail[]>;
}

export async function startStandIn(options: { port?: number } = {}): Promise<StandIn> {
  const faults = createFaults();
  const standIn = await startMailStandIn({
    ...options,
    onPost: (response, act) => commitFault(faults.take() ?? {}, response, act),
  });
  return {
    ...standIn,
    faults,
    idempotencyKeys: () =>
      standIn.requests.map(({ headers }) => headers["idempotency-key"]?.toString() ?? null),
    async waitFor(count, timeoutMs = 5_000) {
      const deadline = Date.now() + timeoutMs;
      for (;;) {
        const mails = await standIn.mails();
        if (mails.length >= count) return mails;
        if (Date.now() > deadline)
          throw new Error(`${mails.length} of ${count} mails came in ${timeoutMs} ms.`);
        await wait(5);
      }
    },
  };
}
