/** Sets a tenant up through the API, as an operator would: keys, targets, a bundle, bindings. */
import { type Client, createClient } from "./client.ts";

export interface NewTenant {
  readonly tenant: string;
  readonly log: string;
  readonly admin_key: string;
}

export interface KeyRequest {
  readonly name: string;
  /** For whom the key's actions are their own: nobody approves those (invariant I6). */
  readonly owner: string;
  readonly scopes: readonly string[];
  readonly surfaces?: readonly string[];
  readonly folders?: readonly string[];
  readonly agents?: readonly string[];
  readonly roles?: readonly string[];
}

export interface TargetRequest {
  readonly kind: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly credentials: Readonly<Record<string, string>>;
  readonly surfaces: readonly string[];
}

export interface PolicyUse {
  readonly policy: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly severities?: Readonly<Record<string, string>>;
}

export interface BundleRequest {
  readonly name: string;
  readonly version: string;
  readonly policies: readonly PolicyUse[];
}

export function createTenant(
  url: string,
  bootstrapToken: string,
  name: string,
  owner: string,
): Promise<NewTenant> {
  return createClient(url, bootstrapToken).expect("POST", "/v1/tenants", { name, owner });
}

/** The key's text: shown this once. Whatever it may claim is everything, unless the request says otherwise. */
export async function createKey(admin: Client, request: KeyRequest): Promise<string> {
  const everything = { surfaces: ["*"], folders: ["*"], agents: ["*"], roles: ["*"] };
  const { key } = await admin.expect<{ key: string }>("POST", "/v1/keys", { ...everything, ...request });
  return key;
}

export function putTarget(admin: Client, name: string, target: TargetRequest): Promise<unknown> {
  return admin.expect("PUT", `/v1/targets/${name}`, { ...target });
}

/** The bundle's digest. */
export async function createBundle(admin: Client, request: BundleRequest): Promise<string> {
  const policies = request.policies.map((use) => ({ severities: {}, ...use }));
  const { bundle } = await admin.expect<{ bundle: string }>("POST", "/v1/bundles", { ...request, policies });
  return bundle;
}

export function bind(
  admin: Client,
  surface: string,
  bundle: string,
  mode: "enforce" | "observe",
): Promise<unknown> {
  return admin.expect("PUT", `/v1/bindings/${surface}`, { bundle, mode });
}

export const resendTarget = (baseUrl: string, apiKey: string): TargetRequest => ({
  kind: "resend",
  config: { base_url: baseUrl },
  credentials: { api_key: apiKey },
  surfaces: ["outbound.email"],
});

export const webhookTarget = (url: string, secret: string): TargetRequest => ({
  kind: "webhook",
  config: { url },
  credentials: { secret },
  surfaces: ["*"],
});
