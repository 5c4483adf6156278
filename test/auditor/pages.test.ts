/** The auditor's pages by themselves, over ports that tell what a test says. */
import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../core/json.ts";
import { type Actor, type EntryType, GENESIS, sealEntry } from "../../core/ledger/entry.ts";
import { cosignature } from "../../core/ledger/tree/cosignature.ts";
import { formatNote, SIGNATURE_TYPE } from "../../core/ledger/tree/note.ts";
import type { ActionState } from "../../durable-objects/rpc.ts";
import type { ActionStory, StoryEntry } from "../../durable-objects/rpc-evidence.ts";
import type { AuditPorts, Found, LogHealth, SearchResult } from "../../worker/auditor/ports.ts";
import { auditRoutes } from "../../worker/auditor/routes.tsx";

const NOW = Date.UTC(2026, 10, 21, 12);
const ACTION = "act_0123456789012345678901";
const HIDDEN = "pay\u202Eme <b>now</b>";
const PERSON: Actor = { kind: "person", id: "sub_rita" };
const SYSTEM: Actor = { kind: "system", id: "countersign" };
const KEY: Actor = { kind: "key", id: "key_app" };

function entry(
  index: number,
  type: string,
  actor: Actor,
  body: JsonObject,
  text: string | null = null,
): StoryEntry {
  const stored = sealEntry({
    ...{ v: 1, log: "test/log", index, prev: GENESIS, time: "2026-11-21T11:00:00.000Z" },
    ...{ type: type as EntryType, actor, subject: ACTION, body },
  });
  return { entry: stored, record: null, text };
}

const DECIDED: JsonObject = {
  ...{ surface: "tool.call", decision: "hold", mode: "enforce", would_decide: null, provisional: false },
  ...{
    rules: [{ policy: HIDDEN, rule: "TERM", severity: "warn", observed: false, settled: false, count: 2 }],
  },
  ...{
    policies: [],
    bundles: ["sha256:b"],
    engine: "engine/1",
    target: null,
    agent: null,
    user: "sub_gone",
    folder: null,
  },
  approval: null,
};

const storyWith = (entries: readonly StoryEntry[], over: Partial<ActionStory> = {}): ActionStory => ({
  state: {
    ...{ id: ACTION, status: "held", createdAtMs: NOW - 1000, owner: HIDDEN, entry: entries[0]?.entry },
  } as unknown as ActionState,
  ...{
    surface: "tool.call",
    agent: null,
    user: null,
    input: null,
    entries,
    truncated: false,
    deliveries: [],
  },
  names: { key_app: "ada (key “app”)", sub_rita: "rita" },
  ...over,
});

const HEALTH: LogHealth = {
  status: {
    ...{ log: "test/log", size: 12, epoch: 1, checkpoint: null, fork: null, rotations: [], epochs: [] },
  } as unknown as LogHealth["status"],
  unsent: { count: 0, oldest: null },
  alerts: [],
};

interface World {
  readonly story?: ActionStory;
  readonly receipt?: Found<string>;
  readonly health?: LogHealth;
  readonly result?: SearchResult;
}

function appWith({ story, receipt = { kind: "none" }, health = HEALTH, result }: World) {
  const asked: unknown[] = [];
  const ports: AuditPorts = {
    findSession: async (cookie) =>
      cookie === "session"
        ? { person: "otto", tenantName: "Acme", expiresAtMs: NOW + 1, csrfToken: "t" }
        : null,
    signInWithKey: async (key) =>
      key === "cs_good" ? { cookieValue: "session", expiresAtMs: NOW + 1 } : null,
    signInWithCode: async () => null,
    signOut: async () => undefined,
    nowMs: () => NOW,
    search: async (_, form) => {
      asked.push(form);
      return result ?? { kind: "found", actions: [], next: null };
    },
    story: async (_, id) => (id === ACTION ? (story ?? null) : null),
    receipt: async () => receipt,
    evidence: async (_, id) => {
      const { body } = new Response('{"export":{}}\n');
      return id === ACTION && body ? { kind: "found", value: body } : { kind: "none" };
    },
    log: async () => health,
  };
  const app = new Hono();
  app.route(
    "/audit",
    auditRoutes(() => ports),
  );
  const get = (path: string, cookie: string | null = "__Host-countersign=session") =>
    app.request(`https://gate.example${path}`, { headers: cookie === null ? {} : { cookie } });
  return { app, asked, get, text: async (path: string) => (await get(path)).text() };
}

/** What a reader sees, without the marks. */
const plain = (html: string): string => html.replace(/<[^>]+>/g, "").replace(/\s+/g, " ");

describe("every page", () => {
  const { app, get } = appWith({ story: storyWith([entry(3, "decision", KEY, DECIDED)]) });
  const PATHS = [
    "/audit",
    "/audit/log",
    `/audit/${ACTION}`,
    `/audit/${ACTION}/receipt.json`,
    `/audit/${ACTION}/evidence.jsonl`,
  ];

  it.each(PATHS)("%s asks who is there", async (path) => {
    const answer = await get(path, null);
    expect([answer.status, answer.headers.get("location")?.split("?")[0]]).toEqual([303, "/audit/sign-in"]);
    expect((await get(path, "__Host-countersign=other")).status).toBe(303);
  });

  it.each(PATHS.slice(0, 3))("%s may run nothing and ask nobody", async (path) => {
    const answer = await get(path);
    expect(answer.status).toBe(200);
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("script-src");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(await answer.text()).not.toMatch(/<script|\son\w+=/);
  });

  it("takes no form from another site, and has none that changes anything but the session", async () => {
    const post = (path: string, site: string) =>
      app.request(`https://gate.example${path}`, {
        method: "POST",
        body: new URLSearchParams({ key: "cs_good" }),
        headers: { "Sec-Fetch-Site": site, Origin: "null" },
      });
    expect((await post("/audit/sign-in", "cross-site")).status).toBe(403);
    const signedIn = await post("/audit/sign-in", "same-origin");
    expect(signedIn.status).toBe(303);
    expect(signedIn.headers.get("set-cookie")).toMatch(
      /^__Host-countersign=session; .*HttpOnly; Secure; SameSite=Lax$/,
    );
    expect((await post(`/audit/${ACTION}`, "same-origin")).status).toBe(404);
  });
});

describe("the search", () => {
  it("hands on what was filled in, and keeps it in the form and in the next page's link", async () => {
    const { asked, text } = appWith({ result: { kind: "found", actions: [], next: "17" } });
    const html = await text("/audit?rule=%22%3E%3Cb%3E&agent=&decision=block&nonsense=1");
    expect(asked).toEqual([{ rule: '"><b>', decision: "block" }]);
    expect(html).toContain('value="&quot;&gt;&lt;b&gt;"');
    expect(html).toMatch(/<option value="block" selected="">/);
    expect(html).toContain("/audit?rule=%22%3E%3Cb%3E&amp;decision=block&amp;cursor=17");
  });

  it("says what it cannot search for", async () => {
    const { get } = appWith({ result: { kind: "refused", message: "since is a time <x>" } });
    const answer = await get("/audit?since=x");
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain("since is a time &lt;x&gt;");
  });
});

describe("a story", () => {
  const shown = async (entries: readonly StoryEntry[], over: Partial<ActionStory> = {}) =>
    plain(await appWith({ story: storyWith(entries, over) }).text(`/audit/${ACTION}`));

  it("shows texts as text, with what is hidden in them, and ids that nobody stands behind any more", async () => {
    const html = await appWith({ story: storyWith([entry(3, "decision", KEY, DECIDED)]) }).text(
      `/audit/${ACTION}`,
    );
    expect(html).not.toContain("<b>now</b>");
    expect(plain(html)).toContain("pay⟨U+202E⟩me &lt;b&gt;now&lt;/b&gt;");
    expect(plain(html)).toContain("On behalf ofsub_gone");
    expect(plain(html)).toContain("ada (key “app”)");
    expect(plain(html)).toContain(", 2 times");
    expect(plain(html)).toContain("Erased. The log still commits to it");
  });

  it("tells each kind of entry", async () => {
    const text = await shown([
      entry(1, "decision", KEY, {
        ...DECIDED,
        decision: "allow",
        provisional: true,
        mode: "observe",
        would_decide: "block",
      }),
      entry(2, "evaluation", SYSTEM, { ...DECIDED, decision: "block", confirmed: false }),
      entry(3, "alert", SYSTEM, { action: ACTION, kind: "late_block", rollback: "act_undo" }),
      entry(4, "evaluation", SYSTEM, { ...DECIDED, decision: null, confirmed: false }),
      entry(5, "deferral", KEY, { outcome: "supplied" }, '{"account":"active"}'),
      entry(6, "deferral", SYSTEM, { outcome: "expired" }),
      entry(7, "approval", PERSON, { decision: "denied" }),
      entry(8, "approval", SYSTEM, { decision: "expired" }),
      entry(9, "delivery", SYSTEM, {
        attempt: 2,
        result: "retry",
        http_status: 503,
        target: { name: "hook/crm" },
      }),
      entry(10, "action.cancelled", KEY, {}),
      entry(11, "action.outcome", KEY, { outcome: "failed" }, "it broke"),
      entry(12, "payload.erased", SYSTEM, { cause: "retention", entries: [1] }),
      entry(13, "of.the.future", PERSON, { what: "<i>" }),
    ]);
    for (const part of [
      "Submitted and judged: allowed",
      "it passed before every policy had answered",
      "observed only: it would have passed in any case",
      "Enforced, it would beblocked",
      "Evaluated in full, later: blocked",
      "It does not confirm what was let pass",
      "Alert: late block",
      "It is undone by act_undo",
      "Evaluated in full, later: given up",
      'Facts supplied by ada (key “app”){"account":"active"}'.replaceAll('"', "&quot;"),
      "Waiting for facts: expired",
      "denied by rita",
      "The reason was erased.",
      "Attempt 2 to send: retry HTTP 503 at hook/crm",
      "Cancelled by ada",
      "Outcome reported: failed by ada (key “app”)it broke",
      "Erased, by a rule of retention",
      "of.the.future by rita",
    ])
      expect(text).toContain(part);
  });

  it("says where there is more than it tells", async () => {
    const text = await shown([entry(1, "decision", KEY, DECIDED)], { truncated: true });
    expect(text).toContain("There are more entries than these");
  });

  it("is told without the signer", async () => {
    const story = storyWith([entry(1, "decision", KEY, DECIDED)]);
    const { get, text } = appWith({ story, receipt: { kind: "unavailable" } });
    expect(plain(await text(`/audit/${ACTION}`))).toMatch(
      /cannot be had at the moment.*Submitted and judged|Submitted and judged.*cannot be had/,
    );
    expect((await get(`/audit/${ACTION}/receipt.json`)).status).toBe(503);
  });

  it("hands the receipt to the page that verifies in the address, and to nobody else", async () => {
    const receipt = JSON.stringify({
      payloadType: "t",
      payload: "",
      signatures: [{ keyid: "k_1" }],
      proof: null,
    });
    const story = storyWith([entry(1, "decision", KEY, DECIDED)]);
    const { get, text } = appWith({ story, receipt: { kind: "found", value: receipt } });
    const html = await text(`/audit/${ACTION}`);
    const link = /href="\/verify#receipt=([A-Za-z0-9_-]+)"/.exec(html)?.[1] ?? "";
    expect(Buffer.from(link, "base64url").toString()).toBe(receipt);
    expect(plain(html)).toContain("load the page again");
    const file = await get(`/audit/${ACTION}/receipt.json`);
    expect(file.headers.get("content-disposition")).toBe(`attachment; filename="${ACTION}.receipt.json"`);
    expect(await file.text()).toBe(receipt);
    expect((await get(`/audit/${ACTION}/evidence.jsonl`)).headers.get("content-disposition")).toBe(
      `attachment; filename="${ACTION}.jsonl"`,
    );
    expect((await get("/audit/act_x/evidence.jsonl")).status).toBe(404);
  });
});

describe("the log's health", () => {
  it("shows a fork, witnesses, what waits and alerts", async () => {
    const key = { name: "witness.example", type: SIGNATURE_TYPE.cosignature, publicKey: new Uint8Array(32) };
    const text = "test/log\n10\nAAAA\n";
    const signatures = [
      { name: "test/log", keyId: 1, bytes: new Uint8Array(64) },
      cosignature(key, NOW / 1000 - 120, new Uint8Array(64)),
    ];
    const note = formatNote({ text, signatures });
    const { status } = HEALTH;
    const health: LogHealth = {
      status: {
        ...status,
        checkpoint: { log: "test/log", size: 10, root: "AAAA", note, atMs: NOW - 180_000 },
        fork: { epoch: 1, signed: { size: 10, root: "AAAA" }, found: { size: 10, root: "BBBB" } },
      } as unknown as LogHealth["status"],
      unsent: {
        count: 3,
        oldest: { delivery: "dlv_1", subject: ACTION, target: HIDDEN, sinceMs: NOW - 7_200_000, attempts: 4 },
      },
      alerts: [
        {
          id: "alr_1",
          kind: "late_block",
          actionId: ACTION,
          rules: ["US_SSN"],
          createdAtMs: NOW,
          entryIndex: 7,
        },
        { id: "alr_2", kind: "log_fork", actionId: null, rules: [], createdAtMs: NOW, entryIndex: 9 },
      ],
    };
    const html = plain(await appWith({ health }).text("/audit/log"));
    for (const part of [
      "The signer refuses this log.",
      "BBBB",
      "10 entries, 2026-11-21 11:57:00 UTC (3 min ago)",
      "Not yet signed2 entries",
      "Witnesswitness.example, 2026-11-21 11:58:00 UTC (2 min ago)",
      "decided 2 h ago, to pay⟨U+202E⟩me",
      "4 attempts so far",
      "late block",
      "US_SSN",
      "log fork",
    ])
      expect(html).toContain(part);
    expect(html).not.toContain("Witnesstest/log");
  });
});
