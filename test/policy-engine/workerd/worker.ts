/** The gateway's own host with the modules beside it: `/<name>?fuel=<n>` runs one on the body, and says what came out. */
import { PolicyHost } from "../../../worker/evaluate/host.ts";
import { modules } from "./modules.js";

const host = new PolicyHost();

export default {
  async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const module = modules.get(pathname.slice(1));
    if (module === undefined) return new Response(null, { status: 404 });
    const policy = { execId: `sha256:${pathname.slice(1)}` as const, profileId: "test", module };
    const input = new Uint8Array(await request.arrayBuffer());
    const { output, ...rest } = await host.run(policy, "{}", input, Number(searchParams.get("fuel")));
    return Response.json({ ...rest, output: output && Array.from(output) });
  },
};
