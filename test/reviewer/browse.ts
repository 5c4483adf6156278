/** Asks the page as a browser would: with a session, and with what a browser adds to a form of our own page. */
import { Hono } from "hono";
import { reviewRoutes } from "../../worker/reviewer/routes.tsx";
import type { FakeGate } from "./fake-ports.ts";
import { CSRF } from "./fake-ports.ts";

export const ORIGIN = "https://gate.example";
export const OWN_PAGE = { "Sec-Fetch-Site": "same-origin", Origin: "null" };

export function mounted(gate: FakeGate): Hono {
  const app = new Hono();
  app.route(
    "/review",
    reviewRoutes(() => gate),
  );
  return app;
}

export interface Visit {
  readonly cookie?: string | null;
  readonly headers?: Record<string, string>;
  readonly origin?: string;
}

const SIGNED_IN = "__Host-countersign=session-0";

export async function get(
  gate: FakeGate,
  path: string,
  { cookie = SIGNED_IN, headers = {}, origin = ORIGIN }: Visit = {},
) {
  return mounted(gate).request(origin + path, { headers: { ...(cookie && { Cookie: cookie }), ...headers } });
}

export async function post(
  gate: FakeGate,
  path: string,
  fields: Record<string, string>,
  { cookie = SIGNED_IN, headers = OWN_PAGE, origin = ORIGIN }: Visit = {},
) {
  return mounted(gate).request(origin + path, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { ...(cookie && { Cookie: cookie }), ...headers },
  });
}

/** The fields of a decision's form, as the page gives them out. */
export const decisionFields = (gate: FakeGate, id: string, fields: Record<string, string> = {}) => ({
  csrf: CSRF,
  if_match: gate.approvals.get(id)?.actionDigest ?? "",
  decision: "approve",
  reason: "Checked with Bob",
  ...fields,
});
