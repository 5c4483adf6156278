/**
 * A witness (https://c2sp.org/tlog-witness), for whoever wants to know that the logs they rely on show everyone the same
 * history: it cosigns a log's checkpoint only where that extends the one that it cosigned before.
 */
import { WITNESS_REQUEST_BYTES_MAX } from "../../core/limits.ts";
import { readBody } from "./body.ts";
import { type Cosigned, cosign } from "./cosign.ts";
import { describeWitness } from "./describe.ts";
import { readSettings, SettingsError, type WitnessSettings, type WitnessVars } from "./settings.ts";
import type { WatchedLog } from "./watched-log.ts";

export { WatchedLog } from "./watched-log.ts";

interface Env extends WitnessVars {
  readonly WATCHED_LOG: DurableObjectNamespace<WatchedLog>;
}

/** Once for each isolate. The value, not its promise: a promise belongs to the request that made it. */
let settings: WitnessSettings | undefined;

async function getSettings(env: Env): Promise<WitnessSettings> {
  settings ??= await readSettings(env);
  return settings;
}

export default {
  fetch: async (request: Request, env: Env): Promise<Response> => {
    try {
      return await route(request, env);
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      // It is who set it wrong that looks here.
      return plain(500, `This witness is not configured. ${error.message}`);
    }
  },
} satisfies ExportedHandler<Env>;

async function route(request: Request, env: Env): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === "/" && (request.method === "GET" || request.method === "HEAD"))
    return plain(200, describeWitness(await getSettings(env)));
  if (pathname !== "/add-checkpoint") return plain(404, "There is no such page.");
  if (request.method !== "POST") return plain(405, "Send a POST.", { allow: "POST" });
  const body = await readBody(request, WITNESS_REQUEST_BYTES_MAX);
  if (body === null) return plain(413, `The body is over ${WITNESS_REQUEST_BYTES_MAX} bytes.`);
  const objects = env.WATCHED_LOG;
  return answer(
    await cosign(body, await getSettings(env), (origin, submitted) =>
      objects.get(objects.idFromName(origin)).observe(submitted),
    ),
  );
}

function answer(cosigned: Cosigned): Response {
  if (cosigned.status === 200) return send(200, cosigned.lines);
  if (cosigned.status === 409)
    return plain(409, String(cosigned.size), { "content-type": "text/x.tlog.size" });
  return plain(cosigned.status, cosigned.reason);
}

const plain = (status: number, text: string, headers?: Readonly<Record<string, string>>): Response =>
  send(status, `${text}\n`, headers);

const send = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(body, { status, headers: { "content-type": "text/plain; charset=utf-8", ...headers } });
