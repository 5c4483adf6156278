/** The demo's tenant: made once, kept in demo.json, and brought up to date with the ports of this run. */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { bundleRequest, readBundle } from "../bundles.ts";
import { type Client, createClient } from "../client.ts";
import {
  bind,
  createBundle,
  createKey,
  createTenant,
  type PolicyUse,
  putTarget,
  resendTarget,
  webhookTarget,
} from "../tenant-setup.ts";
import { writePrivateFile } from "./private-file.ts";

/** What demo.json holds: addresses of the latest run, and keys. Snake case, since scripts read it too. */
export interface DemoState {
  readonly url: string;
  readonly inbox_url: string;
  readonly webhook_url: string;
  readonly review_url: string;
  readonly audit_url: string;
  readonly tenant: string;
  readonly log: string;
  readonly admin_key: string;
  readonly api_key: string;
  readonly reviewer_key: string;
  readonly auditor_key: string;
  /** Where each target sends to. */
  readonly targets: Readonly<Record<string, string>>;
  /** Also known to the receiver, which verifies with it. */
  readonly webhook_secret: string;
}

export type TenantState = Omit<DemoState, "url" | "inbox_url" | "webhook_url" | "review_url" | "audit_url">;

export interface Places {
  readonly url: string;
  readonly bootstrapToken: string;
  readonly mailOrigin: string;
  readonly webhookUrl: string;
  readonly webhookSecret: string;
}

export const SURFACES = ["outbound.email", "tool.call", "data.export"] as const;

/** What the released bundle leaves to each tenant: who may use which tool, and how far. */
const DEMO_ACCESS: PolicyUse = {
  policy: "builtin:access",
  settings: {
    tools: [
      { tool: "email.send", roles: ["*"] },
      { tool: "payments.transfer", surfaces: ["tool.call"], roles: ["finance"] },
      { tool: "*", roles: ["*"] },
    ],
    arguments: [{ tool: "payments.transfer", pointer: "/amount", max: 1000 }],
    forbidden_account_states: ["frozen", "under_review"],
  },
};

export const newWebhookSecret = (): string => `whsec_${randomBytes(32).toString("base64")}`;

export function readDemoState(file: string): DemoState | null {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as DemoState) : null;
}

export function writeDemoState(file: string, state: DemoState): void {
  writePrivateFile(file, `${JSON.stringify(state, null, 2)}\n`);
}

/** The tenant of an earlier run where the storage still knows it, else a new one. */
export async function openTenant(places: Places, earlier: DemoState | null): Promise<TenantState> {
  const known = earlier !== null && (await isKnown(createClient(places.url, earlier.admin_key)));
  return known ? moveTargets(places, earlier) : makeTenant(places);
}

/** False where the storage was deleted under demo.json. */
async function isKnown(admin: Client): Promise<boolean> {
  const { status } = await admin.call("GET", "/v1/targets");
  return status === 200;
}

async function makeTenant(places: Places): Promise<TenantState> {
  const { tenant, log, admin_key } = await createTenant(places.url, places.bootstrapToken, "demo", "ada");
  const admin = createClient(places.url, admin_key);
  const api_key = await createKey(admin, { name: "app", owner: "ada", scopes: ["app", "evaluate"] });
  // Not Ada: nobody approves their own action.
  const reviewer_key = await createKey(admin, { name: "reviewer", owner: "rita", scopes: ["reviewer"] });
  const auditor_key = await createKey(admin, { name: "auditor", owner: "otto", scopes: ["auditor"] });
  const targets = await putTargets(admin, places, {});
  const { name, version, policies } = bundleRequest(await readBundle("starter"));
  const bundle = await createBundle(admin, { name, version, policies: [...policies, DEMO_ACCESS] });
  for (const surface of SURFACES) await bind(admin, surface, bundle, "enforce");
  return stateOf({ tenant, log, admin_key, api_key, reviewer_key, auditor_key }, targets, places);
}

async function moveTargets(places: Places, earlier: DemoState): Promise<TenantState> {
  const known = earlier.webhook_secret === places.webhookSecret ? earlier.targets : {};
  const targets = await putTargets(createClient(places.url, earlier.admin_key), places, known);
  return stateOf(earlier, targets, places);
}

/** What stays the same from run to run, with the targets as they are now; addresses of an earlier run are left out. */
function stateOf(
  {
    tenant,
    log,
    admin_key,
    api_key,
    reviewer_key,
    auditor_key,
  }: Omit<TenantState, "targets" | "webhook_secret">,
  targets: TenantState["targets"],
  { webhookSecret: webhook_secret }: Places,
): TenantState {
  return { tenant, log, admin_key, api_key, reviewer_key, auditor_key, targets, webhook_secret };
}

/** Only what changed: a target's new revision makes every action that waits for it another action. */
async function putTargets(admin: Client, places: Places, known: Readonly<Record<string, string>>) {
  const { mailOrigin, webhookUrl, webhookSecret } = places;
  if (known["resend/main"] !== mailOrigin) {
    await putTarget(
      admin,
      "resend/main",
      resendTarget(mailOrigin, `re_demo_${randomBytes(12).toString("hex")}`),
    );
  }
  if (known["hook/crm"] !== webhookUrl)
    await putTarget(admin, "hook/crm", webhookTarget(webhookUrl, webhookSecret));
  return { "resend/main": mailOrigin, "hook/crm": webhookUrl };
}
