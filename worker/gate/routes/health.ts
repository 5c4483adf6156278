/** Liveness, readiness, and the public keys. */
import { Hono } from "hono";
import { fromBase64Url } from "../../../core/encoding.ts";
import type { PublicJwk } from "../../../core/keys.ts";
import { formatKey, isKeyName, SIGNATURE_TYPE } from "../../../core/ledger/tree/note.ts";
import { builtinPolicies } from "../../evaluate/modules.ts";
import type { AppEnv } from "../app.ts";
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
  const keys = await c.env.KEYS.list().catch(() => {
    throw new Problem("signer_unavailable");
  });
  const vkeys = log === undefined ? null : keys.flatMap((key) => checkpointVkey(log, key));
  return c.json({ keys, ...(vkeys && { vkeys }) }, 200, { "cache-control": "public, max-age=300" });
});

function checkpointVkey(log: string, { countersign_use, x }: PublicJwk): readonly string[] {
  const publicKey = fromBase64Url(x);
  if (countersign_use !== "checkpoint" || publicKey === null) return [];
  return [formatKey({ name: log, type: SIGNATURE_TYPE.ed25519, publicKey })];
}

healthRoutes.get("/", (c) => c.redirect("/review", 302));
