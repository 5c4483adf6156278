/**
 * The body of `npm start`: the three Workers, a stand-in for Resend and a webhook receiver on this machine, a demo
 * tenant, and three sample actions through the real API. Needs no account and no network.
 */
import { dirname, join, relative, resolve } from "node:path";
import { createClient } from "../client.ts";
import type { Child } from "./children.ts";
import { startMailStandIn } from "./mail-stand-in.ts";
import { findPort, LOOPBACK } from "./ports.ts";
import { formatStory } from "./print.ts";
import { makePrivateFolder, writePrivateFile } from "./private-file.ts";
import { sendSamples } from "./samples.ts";
import { loadSecrets } from "./secrets.ts";
import { claimFolder } from "./single.ts";
import { type DemoState, newWebhookSecret, openTenant, readDemoState, writeDemoState } from "./tenant.ts";
import { startWebhookReceiver } from "./webhook-receiver.ts";
import { startWorkers } from "./workers.ts";

const ROOT = dirname(dirname(import.meta.dirname));
const HOME = resolve(process.env.COUNTERSIGN_HOME ?? join(ROOT, ".countersign"));
const DEMO_FILE = join(HOME, "demo.json");
const READY_MS = 60_000;
const POLL_MS = 50;
const PARENT_POLL_MS = 500;
const HEALTH_POLL_MS = 1_000;
const HEALTH_TIMEOUT_MS = 1_000;
/** In a row. wrangler reloads a changed Worker well within this. */
const SILENCES_MAX = 6;

/** Undone in reverse, whatever ends the demo. */
const closers: (() => Promise<void>)[] = [];
let ending = false;

async function main(): Promise<void> {
  makePrivateFolder(HOME);
  const holder = await claimFolder(HOME);
  if (holder !== null) throw new Expected(alreadyRunning(holder));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void end(0));
  watchParent();

  const earlier = readDemoState(DEMO_FILE);
  const secrets = loadSecrets(join(HOME, "secrets.json"));
  const webhookSecret = earlier?.webhook_secret ?? newWebhookSecret();
  // The ports of the last run first: an action that still waits is bound to where it was to go.
  const mail = await startMailStandIn({
    port: await findPort(portOf(earlier?.targets["resend/main"], 4100)),
  });
  closers.push(mail.close);
  const hook = await startWebhookReceiver(
    webhookSecret,
    await findPort(portOf(earlier?.targets["hook/crm"], 4200)),
  );
  closers.push(hook.close);

  const port = await findPort(8787);
  const workers = startWorkers({
    root: ROOT,
    home: HOME,
    port,
    inspectorPort: await findPort(9229, [port]),
    secrets,
    privateOrigins: [mail.origin, hook.origin],
  });
  closers.push(workers.stop);
  void workers.gone.then(() => fail(`${workers.name} ended.`, workers));
  const url = `http://${LOOPBACK}:${port}`;
  if (!(await waitUntilReady(url)))
    return fail(`The gate did not answer at ${url} within ${READY_MS / 1000} s.`, workers);

  const tenant = await openTenant(
    {
      url,
      bootstrapToken: secrets.BOOTSTRAP_TOKEN,
      mailOrigin: mail.origin,
      webhookUrl: hook.url,
      webhookSecret,
    },
    earlier,
  );
  const outcomes = await sendSamples(createClient(url, tenant.api_key), Date.now().toString(36));
  const keysFile = join(HOME, "keys.json");
  writePrivateFile(keysFile, await fetchText(`${url}/.well-known/countersign-keys.json`));
  const receiptFile = join(HOME, "receipt.json");
  // The answer as the caller has it, with the salts that open the receipt; and the receipt as it is once a checkpoint covers it.
  const first = outcomes[0]?.action;
  const receipt = await createClient(url, tenant.api_key).expect(
    "GET",
    `/v1/receipts/${first?.id}?proof=wait`,
  );
  writePrivateFile(receiptFile, `${JSON.stringify({ ...first, receipt }, null, 2)}\n`);
  const auditLink = await createClient(url, tenant.auditor_key).expect<{ url: string }>(
    "POST",
    "/v1/audit/links",
    {},
  );
  const link = await createClient(url, tenant.reviewer_key).expect<{ url: string; expires_at: string }>(
    "POST",
    "/v1/review/links",
    {},
  );
  const state: DemoState = {
    url,
    inbox_url: mail.inboxUrl,
    webhook_url: hook.pageUrl,
    review_url: link.url,
    audit_url: auditLink.url,
    ...tenant,
  };
  writeDemoState(DEMO_FILE, state);
  const paths = { demoFile: shown(DEMO_FILE), receiptFile: shown(receiptFile), keysFile: shown(keysFile) };
  console.log(formatStory({ state, reviewExpiresAt: link.expires_at, outcomes, ...paths }));
  await watchHealth(url, workers);
}

/** For the user to act on, so without a stack. */
class Expected extends Error {}

function alreadyRunning(holder: number): string {
  const url = readDemoState(DEMO_FILE)?.url;
  return `Countersign already runs in this folder, as process ${holder}${url ? `, at ${url}` : ""}.
Stop it first, or give this one a folder of its own: COUNTERSIGN_HOME=/some/folder npm start`;
}

const portOf = (url: string | undefined, otherwise: number): number =>
  url ? Number(new URL(url).port) : otherwise;

/** As typed from where the user is. */
function shown(file: string): string {
  const near = relative(process.cwd(), file);
  return near.startsWith("..") ? file : near;
}

async function waitUntilReady(url: string): Promise<boolean> {
  const deadline = Date.now() + READY_MS;
  while (!ending && Date.now() < deadline) {
    if (await isHealthy(url)) return true;
    await wait(POLL_MS);
  }
  return false;
}

/** wrangler outlives a crash of its workerd; the one that it starts again was seen not to answer. */
async function watchHealth(url: string, workers: Child): Promise<void> {
  for (let silences = 0; !ending && silences < SILENCES_MAX; ) {
    await wait(HEALTH_POLL_MS);
    silences = (await isHealthy(url)) ? 0 : silences + 1;
  }
  await fail(`the gate at ${url} does not answer any more.`, workers);
}

async function isHealthy(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) }).catch(
    () => null,
  );
  await answer?.body?.cancel();
  return answer?.ok ?? false;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function fetchText(url: string): Promise<string> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`GET ${url}: ${response.status}`);
  return response.text();
}

/** npm, killed outright, passes no signal on; its child merely gets another parent. */
function watchParent(): void {
  if (process.env.npm_lifecycle_event !== "start") return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) void end(0);
  }, PARENT_POLL_MS).unref();
}

async function fail(what: string, child: Child): Promise<void> {
  if (ending) return;
  console.error(`\nCountersign stops: ${what}\nThe end of ${shown(child.logFile)}:\n\n${child.tail()}\n`);
  await end(1);
}

async function end(code: number): Promise<void> {
  // A second Ctrl-C does not wait; what is left ends with the pipe to it (guard.ts).
  if (ending) process.exit(code);
  ending = true;
  for (const close of closers.reverse()) await close();
  process.exit(code);
}

main().catch(async (error: unknown) => {
  if (ending) return;
  console.error(error instanceof Expected ? error.message : error);
  await end(1);
});
