/** The tenant's object reduced to its hot path, so that call, statements and durable commit can be told apart. */
import { DurableObject } from "cloudflare:workers";
import { writeSubmission } from "../../durable-objects/commit.ts";
import type { Placed, SubmitCommit } from "../../durable-objects/rpc.ts";
import { DDL } from "../../durable-objects/schema.ts";
import { type Statements, statements } from "../../durable-objects/statements.ts";

export class Ledger extends DurableObject {
  readonly #sql: Statements;
  #last: Placed | null = null;
  #id = 0;

  constructor(ctx: DurableObjectState, env: object) {
    super(ctx, env);
    this.#sql = statements(ctx.storage.sql);
    if (!this.#sql.hasSchema()) this.#sql.runScript(DDL);
  }

  async touch(): Promise<number> {
    return 0;
  }

  /** The message of a submission there and back, without the work. */
  async carry(_: SubmitCommit): Promise<Placed | null> {
    return this.#last;
  }

  /** A submission, `count` times within one call, and so within one durable commit. */
  async write(commit: SubmitCommit, count: number): Promise<Placed | null> {
    for (let at = 0; at < count; at++) this.#last = this.#write(commit);
    return this.#last;
  }

  #write(commit: SubmitCommit): Placed {
    const unique = String(this.#id++);
    const idempotency = { scope: "bench", key: unique };
    return this.ctx.storage.transactionSync(() => {
      this.#sql.idempotency(idempotency.scope, idempotency.key);
      return writeSubmission(this.#sql, "bench/log", Date.now(), {
        ...commit,
        actionId: unique,
        idempotency,
      });
    });
  }
}
