/** The auditor's page: HTML and forms, no script. It only reads. */
import type { Context, Env, Hono } from "hono";
import { MessagePage } from "../reviewer/message-page.tsx";
import { answer } from "../reviewer/page.tsx";
import { isItem, type SignedInRequest, signedIn, toSignIn } from "../reviewer/session.ts";
import { siteApp } from "../reviewer/site-app.tsx";
import { ActionPage } from "./action-page.tsx";
import { LogPage } from "./log-page.tsx";
import { type AuditPorts, SEARCH_FIELDS, type SearchForm } from "./ports.ts";
import { SearchPage } from "./search-page.tsx";
import { AUDIT, STYLE } from "./site.ts";

/** To be mounted at `/audit`: the pages' links and forms name that path. */
export function auditRoutes<E extends Env>(ports: (c: Context<E>) => AuditPorts): Hono<E> {
  const app = siteApp(AUDIT, STYLE, ports);

  app.get("/", async (c) => {
    const request = await signedIn(c, ports(c));
    if (request === null) return toSignIn(c, AUDIT);
    const form = readForm(c);
    const result = await request.ports.search(request.cookie, form);
    const nowMs = request.ports.nowMs();
    const page = <SearchPage session={request.session} form={form} result={result} nowMs={nowMs} />;
    return answer(c, page, result.kind === "refused" ? 422 : 200);
  });
  app.get("/log", async (c) => {
    const request = await signedIn(c, ports(c));
    if (request === null) return toSignIn(c, AUDIT);
    const health = await request.ports.log(request.cookie);
    return answer(c, <LogPage session={request.session} health={health} nowMs={request.ports.nowMs()} />);
  });
  app.get("/:id", async (c) => {
    const request = await signedIn(c, ports(c));
    const id = c.req.param("id");
    if (request === null) return toSignIn(c, AUDIT, id);
    const story = isItem(id) ? await request.ports.story(request.cookie, id) : null;
    if (story === null) return notFound(c, request);
    const receipt = await request.ports.receipt(request.cookie, id);
    const nowMs = request.ports.nowMs();
    return answer(c, <ActionPage session={request.session} story={story} receipt={receipt} nowMs={nowMs} />);
  });
  app.get("/:id/receipt.json", (c) =>
    download(c, ports(c), "receipt", "application/json", (id) => `${id}.receipt.json`),
  );
  app.get("/:id/evidence.jsonl", (c) =>
    download(c, ports(c), "evidence", "application/jsonl", (id) => `${id}.jsonl`),
  );
  app.all("*", async (c) => notFound(c, await signedIn(c, ports(c))));
  return app;
}

function readForm(c: Context): SearchForm {
  const form: Partial<Record<keyof SearchForm, string>> = {};
  for (const field of [...SEARCH_FIELDS, "cursor"] as const) {
    const value = c.req.query(field)?.trim();
    if (value) form[field] = value;
  }
  return form;
}

async function download(
  c: Context,
  ports: AuditPorts,
  what: "receipt" | "evidence",
  type: string,
  fileName: (id: string) => string,
): Promise<Response> {
  const request = await signedIn(c, ports);
  const id = c.req.param("id") ?? "";
  if (request === null) return toSignIn(c, AUDIT, id);
  const file = isItem(id) ? await ports[what](request.cookie, id) : ({ kind: "none" } as const);
  if (file.kind !== "found") return file.kind === "none" ? notFound(c, request) : unavailable(c, request);
  c.header("Content-Disposition", `attachment; filename="${fileName(id)}"`);
  return c.newResponse(file.value, 200, { "Content-Type": type });
}

function unavailable(c: Context, { session }: SignedInRequest<AuditPorts>) {
  const text = "That cannot be had at the moment: the signer or the ledger does not answer. Try again later.";
  return answer(c, <MessagePage site={AUDIT} session={session} title="Not now" text={text} />, 503);
}

function notFound(c: Context, request: SignedInRequest<AuditPorts> | null) {
  const text = "There is no such page, or no such action. It may have been mistyped.";
  const page = <MessagePage site={AUDIT} session={request?.session ?? null} title="Not found" text={text} />;
  return answer(c, page, 404);
}
