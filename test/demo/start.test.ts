/** `npm start`, for real: the story that it tells must be true, and nothing of it may stay behind. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClient } from "../../cli/client.ts";
import { type Listening, listen } from "../../cli/demo/http.ts";
import { type DemoState, readDemoState } from "../../cli/demo/tenant.ts";
import { wait } from "../harness/faults.ts";
import { alive, type DemoProcess, descendants, startDemo } from "./demo-process.ts";

const PREFERRED_PORTS = [8787, 4100, 4200];
const SAMPLE_SSN = "219-09-9999";

const home = mkdtempSync(join(tmpdir(), "countersign-demo-"));
const blockers: Listening[] = [];
let demo: DemoProcess;
let state: DemoState;

const readState = (): DemoState => {
  const found = readDemoState(join(home, "demo.json"));
  if (found === null) throw new Error(`No demo.json.\n${demo.output()}`);
  return found;
};

/** As the ledger has them, oldest first. */
async function decisions({ url, auditor_key }: DemoState): Promise<readonly string[]> {
  const { data } = await createClient(url, auditor_key).expect<LedgerPage>(
    "GET",
    "/v1/ledger/entries?limit=100",
  );
  return data.flatMap(({ entry }) => (entry.type === "decision" ? [entry.body.decision ?? "none"] : []));
}

interface LedgerPage {
  readonly data: readonly {
    readonly entry: { readonly type: string; readonly body: { readonly decision?: string } };
  }[];
}

beforeAll(async () => {
  for (const port of PREFERRED_PORTS) {
    // Busy already is as good.
    const blocker = await listen((_, response) => void response.writeHead(418).end(), port).catch(() => null);
    if (blocker) blockers.push(blocker);
  }
  demo = await startDemo(home);
  state = readState();
}, 90_000);

afterAll(async () => {
  demo?.process.kill("SIGKILL");
  for (const blocker of blockers) await blocker.close();
  // The guards end what is left by themselves.
  await wait(500);
  rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
});

describe("npm start", () => {
  it("steps aside from busy ports", () => {
    const urls = [
      state.url,
      state.inbox_url,
      state.webhook_url,
      state.review_url,
      ...Object.values(state.targets),
    ];
    for (const url of urls) expect(PREFERRED_PORTS).not.toContain(Number(new URL(url).port));
  });

  it("allows one sample, holds one and blocks one", async () => {
    expect(await decisions(state)).toEqual(["allow", "hold", "block"]);
  });

  it("sends the allowed e-mail, and only that one", async () => {
    const response = await fetch(new URL("/emails", state.inbox_url));
    const { data } = (await response.json()) as { data: { subject: string }[] };
    expect(data.map(({ subject }) => subject)).toEqual(["Ticket 81 is solved"]);
    const inbox = await fetch(state.inbox_url);
    expect(inbox.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(await inbox.text()).toContain("Ticket 81 is solved");
  });

  it("tells which rule fired and never repeats what was caught", () => {
    expect(demo.output()).toContain("US_SSN");
    expect(demo.output()).toContain("GUARANTEE");
    expect(demo.output()).not.toContain(SAMPLE_SSN);
  });

  it("prints a command that works as pasted, and shows the signed webhook that it causes", async () => {
    const command = /^ {2}curl [^\n]*\\\n(?:.*\\\n)*.*$/m.exec(demo.output())?.[0] ?? "";
    const answer = JSON.parse(execFileSync("sh", ["-c", command], { encoding: "utf8" })) as {
      decision: string;
    };
    expect(answer.decision).toBe("allow");
    await expect.poll(async () => (await fetch(state.webhook_url)).text()).toContain("Signature verified");
  });

  it("shows a webhook that nobody signed as not verified, and escapes it", async () => {
    const url = state.targets["hook/crm"] ?? "";
    const { status } = await fetch(url, { method: "POST", body: "<script>alert(1)</script>" });
    expect(status).toBe(401);
    const page = await (await fetch(state.webhook_url)).text();
    expect(page).toContain("Signature NOT verified");
    expect(page).not.toContain("<script>");
  });

  it("leaves a receipt that verifies with the keys beside it", () => {
    const cli = join(import.meta.dirname, "..", "..", "cli", "countersign.mjs");
    const args = [cli, "verify", join(home, "receipt.json"), "--key", join(home, "keys.json")];
    expect(execFileSync(process.execPath, args, { encoding: "utf8" })).toContain("VERIFIED");
  });

  it("signs the reviewer in by the link, once", async () => {
    const first = await fetch(state.review_url, { redirect: "manual" });
    expect(first.headers.get("set-cookie")).toMatch(/httponly/i);
    const second = await fetch(state.review_url, { redirect: "manual" });
    expect(second.headers.get("set-cookie")).toBeNull();
  });

  it("keeps each secret from others, and each Worker's from the other two", () => {
    const names = (worker: string) =>
      [...readFileSync(join(home, worker, ".dev.vars"), "utf8").matchAll(/^(\w+)=/gm)]
        .map(([, name]) => name)
        .sort();
    expect(names("gate")).toEqual(["BOOTSTRAP_TOKEN", "KEY_ENV"]);
    expect(names("signer")).toEqual(["CHECKPOINT_SIGNING_KEY", "RECEIPT_SIGNING_KEY"]);
    expect(names("dispatcher")).toEqual(["ALLOWED_PRIVATE_ORIGINS", "SEALING_KEY"]);
    for (const file of ["demo.json", "secrets.json", "receipt.json", "signer/.dev.vars"]) {
      expect(statSync(join(home, file)).mode & 0o077).toBe(0);
    }
  });

  it("says so where another one runs in the same folder", async () => {
    const second = await startDemo(home);
    expect(await second.exited).toBe(1);
    expect(second.output()).toContain(
      `already runs in this folder, as process ${demo.process.pid}, at ${state.url}`,
    );
    expect(readState()).toEqual(state);
  });

  it("ends with every process that it started on SIGINT", async () => {
    const family = descendants(demo.process.pid);
    expect(family.length).toBeGreaterThanOrEqual(3);
    demo.process.kill("SIGINT");
    expect(await demo.exited).toBe(0);
    expect(alive(family)).toEqual([]);
  });

  it("is quick the second time, keeps the tenant, and sends anew", async () => {
    demo = await startDemo(home);
    expect(demo.readyMs).toBeLessThan(15_000);
    const again = readState();
    expect(again.tenant).toBe(state.tenant);
    expect(again.api_key).toBe(state.api_key);
    // The samples, the pasted action, and the samples again.
    expect(await decisions(again)).toEqual(["allow", "hold", "block", "allow", "allow", "hold", "block"]);
  });

  it("leaves nothing even where it is killed outright", async () => {
    const family = descendants(demo.process.pid);
    demo.process.kill("SIGKILL");
    await demo.exited;
    await expect.poll(() => alive(family), { timeout: 10_000 }).toEqual([]);
  });

  it("ends with an error where workerd dies under it", async () => {
    demo = await startDemo(home);
    const family = descendants(demo.process.pid);
    for (const pid of family) {
      const command = execFileSync("ps", ["-o", "args=", "-p", String(pid)], { encoding: "utf8" });
      if (/workerd\S* serve/.test(command)) process.kill(pid, "SIGKILL");
    }
    const code = await Promise.race([demo.exited, wait(25_000).then(() => "still running")]);
    // wrangler may start another one in time: then the demo goes on, and its gate answers.
    if (code === "still running") expect((await fetch(`${readState().url}/healthz`)).ok).toBe(true);
    else expect([code, demo.output()]).toEqual([1, expect.stringContaining("Countersign stops")]);
    expect(code === 1 ? alive(family) : []).toEqual([]);
  }, 40_000);
});
