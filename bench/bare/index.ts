/** What the platform itself costs: a Hono route, a Durable Object call, and one insert of the request's body. */
import { DurableObject } from "cloudflare:workers";
import { Hono } from "hono";

interface Env {
  readonly ROWS: DurableObjectNamespace<Rows>;
}

export class Rows extends DurableObject<Env> {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, body TEXT NOT NULL)");
  }

  async touch(): Promise<number> {
    return 0;
  }

  async insert(body: string): Promise<number> {
    const [row] = this.ctx.storage.sql
      .exec<{ id: number }>("INSERT INTO rows (body) VALUES (?) RETURNING id", body)
      .toArray();
    return row?.id ?? 0;
  }
}

const app = new Hono<{ Bindings: Env }>();
const rows = (env: Env) => env.ROWS.get(env.ROWS.idFromName("bench"));

app.post("/noop", async (c) => c.json({ length: (await c.req.text()).length }));
app.post("/call", async (c) => {
  await c.req.text();
  return c.json({ id: await rows(c.env).touch() });
});
app.post("/insert", async (c) => c.json({ id: await rows(c.env).insert(await c.req.text()) }));

export default app;
