/** Liveness, readiness, and the public keys. */
import { Hono } from "hono";
import { isKeyName } from "../../../core/ledger/tree/note.ts";
import { builtinPolicies } from "../../evaluate/modules.ts";
import type { AppEnv } from "../app.ts";
import { keySet } from "../key-set.ts";
import { Problem } from "../problem.ts";

export const healthRoutes = new Hono<AppEnv>();

const LOG_NAME_CHARS_MAX = 500;

const PRIVATE_TARGETS =
  "Targets on private addresses are allowed (ALLOWED_PRIVATE_ORIGINS): not ready for production.";
const NO_WITNESSES =
  "No witness is asked: WITNESSES or WITNESS_QUORUM of the dispatcher is not understood (the logs say why).";

healthRoutes.get("/healthz", (c) => c.json({ status: "ok" }));

/** Ready: the signer and the dispatcher answer, and there are policies to judge with. */
healthRoutes.get("/readyz", async (c) => {
  const [signer, dispatcher, witnesses] = await Promise.allSettled([
    c.env.KEYS.list(),
    c.env.DISPATCHER.privateOrigins(),
    c.env.WITNESSES.list(),
  ]);
  const checks = {
    signer: signer.status === "fulfilled" && signer.value.length > 0,
    dispatcher: dispatcher.status === "fulfilled",
    policies: builtinPolicies().length > 0,
  };
  const ready = Object.values(checks).every(Boolean);
  const warnings = [
    ...(dispatcher.status === "fulfilled" && dispatcher.value.length > 0 ? [PRIVATE_TARGETS] : []),
    // Nothing waits for a witness, so it is no reason to answer nobody.
    ...(checks.dispatcher && witnesses.status === "rejected" ? [NO_WITNESSES] : []),
  ];
  return c.json(
    { ready, production_ready: ready && warnings.length === 0, checks, warnings },
    ready ? 200 : 503,
  );
});

/**
 * A JWK set (RFC 7517). With `?log=`, the name of a log or of one of its epochs, also the C2SP verifier keys of its checkpoints,
 * whose names are that; any name will do, so this tells nobody which logs there are.
 */
healthRoutes.get("/.well-known/countersign-keys.json", async (c) => {
  const log = c.req.query("log");
  if (log !== undefined && (log.length > LOG_NAME_CHARS_MAX || !isKeyName(log)))
    throw new Problem("invalid_request", { detail: "log is the name of a log, such as gw.example.com/t/x." });
  return c.json(await keySet(c.env.KEYS, log ?? null), 200, { "cache-control": "public, max-age=300" });
});

healthRoutes.get("/", (c) => c.redirect("/review", 302));
