/** What a candidate would change: recorded beside each decision, and judged afterwards over recorded ones. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createBundle, type PolicyUse } from "../../cli/tenant-setup.ts";
import { createWorld, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld("with-fixtures");
}, 60_000);
afterAll(() => world.close());

const bundleOf = (policies: readonly PolicyUse[]) =>
  createBundle(world.tenant.admin, {
    name: `c${Math.random().toString(36).slice(2)}`,
    version: "1.0.0",
    policies,
  });
const terms = (denied: string[], discouraged: string[] = []): PolicyUse[] => [
  { policy: "builtin:denylist", settings: { denied_terms: denied, discouraged_terms: discouraged } },
];
const submit = async (surface: string, text: string, context?: Record<string, unknown>) =>
  (await world.tenant.app.submit({ action: { surface, payload: { text } }, ...(context ? { context } : {}) }))
    .body;

interface Report {
  readonly [member: string]: unknown;
  readonly data: readonly { readonly action: string; readonly change: string }[];
  readonly next_cursor: string | null;
}
const changesOf = ({ data }: Report) => data.map(({ action, change }) => [action, change]);

describe("a candidate beside a binding", () => {
  let candidate: string;
  const actions: Record<string, string> = {};
  beforeAll(async () => {
    const active = await bundleOf(terms(["alpha", "shared"], ["gamma"]));
    candidate = await bundleOf(terms(["beta", "shared"]));
    const binding = { bundle: active, mode: "enforce", shadow: candidate };
    await world.tenant.admin.expect("PUT", "/v1/bindings/tried.surface", binding);
    for (const text of ["beta", "gamma", "alpha", "fine", "shared", "alpha beta"])
      actions[text] = (await submit("tried.surface", text)).id;
  });
  const report = (query = "", key = world.tenant.admin) =>
    key.expect<Report>("GET", `/v1/bindings/tried.surface/shadow${query}`);

  it("decides nothing", async () => {
    expect((await submit("other.than.tried", "x")).decision).toBe("block");
    const { decision, findings } = await world.tenant.app.findAction(actions.beta ?? "");
    expect([decision, findings]).toEqual(["allow", []]);
  });

  it("is counted, and what it would change is listed with the gravest first", async () => {
    const found = await report();
    expect(found).toMatchObject({ candidate, judged: 6, agree: 3, differ: 3 });
    expect(changesOf(found)).toEqual([
      [actions.alpha, "block_to_allow"],
      [actions.beta, "allow_to_block"],
      [actions.gamma, "hold_to_allow"],
    ]);
    expect(found.pairs).toEqual(
      expect.arrayContaining([
        { decision: "block", candidate_decision: "block", count: 2 },
        { decision: "block", candidate_decision: "allow", count: 1 },
      ]),
    );
    expect(found.only_active).toEqual([
      { rule: "denylist DENIED_TERM", count: 1 },
      { rule: "denylist DISCOURAGED_TERM", count: 1 },
    ]);
    expect(found.only_candidate).toEqual([{ rule: "denylist DENIED_TERM", count: 1 }]);
  });

  it("comes in pages", async () => {
    const first = await report("?limit=2");
    const second = await report(`?limit=2&cursor=${first.next_cursor}`);
    expect([first.data.length, second.data.length, second.next_cursor]).toEqual([2, 1, null]);
    expect(changesOf(second)).toEqual([[actions.gamma, "hold_to_allow"]]);
  });

  it("is for admins and auditors, of the time asked for, and known by its digest when it is bound no more", async () => {
    expect((await report("", world.tenant.auditor)).judged).toBe(6);
    expect((await world.tenant.app.call("GET", "/v1/bindings/tried.surface/shadow")).status).toBe(403);
    expect((await report("?since=2126-01-01T00:00:00Z")).judged).toBe(0);
    const { admin } = world.tenant;
    expect(await admin.call("GET", "/v1/bindings/tried.surface/shadow?since=yesterday")).toMatchObject({
      status: 422,
    });
    expect(await admin.call("GET", "/v1/bindings/none.surface/shadow")).toMatchObject({ status: 404 });
    expect(
      (await admin.call("GET", `/v1/bindings/none.surface/shadow?candidate=${candidate}`)).body,
    ).toMatchObject({
      judged: 0,
    });
  });

  it("is not counted again where its action is approved", async () => {
    const { approval, action_digest } = await world.tenant.app.findAction(actions.gamma ?? "");
    const decision = { decision: "approve", if_match: action_digest, reason: "fine" };
    await world.tenant.reviewer.expect("POST", `/v1/approvals/${approval?.id}/decision`, decision);
    expect((await report()).judged).toBe(6);
  });

  it("is compared by what enforcing would decide where the binding observes", async () => {
    const active = await bundleOf(terms(["alpha"]));
    const shadow = await bundleOf(terms(["beta"]));
    await world.tenant.admin.expect("PUT", "/v1/bindings/watched.surface", {
      bundle: active,
      mode: "observe",
      shadow,
    });
    expect((await submit("watched.surface", "alpha")).decision).toBe("allow");
    await submit("watched.surface", "beta");
    const found = await world.tenant.admin.expect<Report>("GET", "/v1/bindings/watched.surface/shadow");
    expect(found.data.map(({ change }) => change)).toEqual(["block_to_allow", "allow_to_block"]);
  });
});

describe("a candidate that redacts", () => {
  it("is said to modify, on the action as submitted; a backtest changes the action and judges it again", async () => {
    const pii = (settings: Record<string, unknown>) => [
      { policy: "builtin:pii", settings, severities: { US_SSN: settings.redact ? "info" : "block" } },
    ];
    const active = await bundleOf(pii({}));
    const shadow = await bundleOf(pii({ redact: "mask" }));
    await world.tenant.admin.expect("PUT", "/v1/bindings/masked.surface", {
      bundle: active,
      mode: "enforce",
      shadow,
    });
    const { id, decision } = await submit("masked.surface", "It is 123-45-6789");
    expect(decision).toBe("block");
    const found = await world.tenant.admin.expect<Report>("GET", "/v1/bindings/masked.surface/shadow");
    const expected = {
      action: id,
      change: "block_to_allow",
      decision: "block",
      candidate_decision: "modify",
    };
    expect(found.data).toEqual([expect.objectContaining(expected)]);
    const request = {
      bundle: shadow,
      surface: "masked.surface",
      since: "2020-01-01T00:00:00Z",
      until: "2126-01-01T00:00:00Z",
    };
    const backtest = await world.tenant.admin.expect<Report>("POST", "/v1/backtests", request);
    expect(backtest.data).toEqual([expect.objectContaining(expected)]);
  });
});

describe("a backtest", () => {
  const since = "2020-01-01T00:00:00Z";
  const until = "2126-01-01T00:00:00Z";
  const actions: Record<string, string> = {};
  beforeAll(async () => {
    await world.govern("back.surface", terms(["alpha"], ["gamma"]));
    await world.govern("side.surface", terms(["alpha"]));
    for (const text of ["alpha", "beta", "gamma", "fine"])
      actions[text] = (await submit("back.surface", text)).id;
    actions.side = (await submit("side.surface", "beta")).id;
  });
  const backtest = (request: Record<string, unknown>) =>
    world.tenant.admin.expect<Report>("POST", "/v1/backtests", { since, until, ...request });

  it("finds what the candidate would have decided otherwise", async () => {
    const found = await backtest({ bundle: await bundleOf(terms(["beta"])), surface: "back.surface" });
    expect(found).toMatchObject({
      status: "finished",
      remaining: 0,
      judged: 4,
      agree: 1,
      differ: 3,
      truncated: false,
    });
    expect(changesOf(found)).toEqual([
      [actions.alpha, "block_to_allow"],
      [actions.beta, "allow_to_block"],
      [actions.gamma, "hold_to_allow"],
    ]);
    expect(found.data[0]).toMatchObject({ only_active: ["denylist DENIED_TERM"], only_candidate: [] });
    expect(await world.tenant.auditor.expect("GET", `/v1/backtests/${found.id}`)).toEqual(found);
  });

  it("leaves the other bindings in force beside it", async () => {
    await world.govern("*", terms(["everywhere"]));
    const { id } = await submit("back.surface", "everywhere");
    const found = await backtest({ bundle: await bundleOf(terms([], ["zzz"])), surface: "back.surface" });
    expect(changesOf(found).map(([action]) => action)).not.toContain(id);
  });

  it("without a surface lets the candidate alone judge every action", async () => {
    const found = await backtest({ bundle: await bundleOf(terms(["beta"])) });
    expect(changesOf(found)).toContainEqual([actions.side, "allow_to_block"]);
    expect(found.judged).toBeGreaterThan(8);
  });

  it("goes on where a call has had its fill, and counts nothing twice", async () => {
    await world.govern("long.surface", terms(["alpha"]));
    const texts = Array.from({ length: 520 }, (_, n) => (n % 10 === 0 ? "alpha" : "fine"));
    for (let at = 0; at < texts.length; at += 20)
      await Promise.all(texts.slice(at, at + 20).map((text) => submit("long.surface", text)));
    const first = await backtest({ bundle: await bundleOf(terms(["beta"])), surface: "long.surface" });
    expect(first).toMatchObject({ status: "unfinished", judged: 500 });
    const path = `/v1/backtests/${first.id}/continue`;
    // Two callers at once: what one has counted the other leaves out.
    await Promise.all([world.tenant.admin.expect("POST", path), world.tenant.admin.expect("POST", path)]);
    const last = await world.tenant.admin.expect<Report>("POST", path);
    expect(last).toMatchObject({ status: "finished", judged: 520, differ: 52 });
  }, 60_000);

  it("writes nothing into the ledger, and is for admins", async () => {
    const size = async () =>
      (await world.tenant.auditor.expect<{ data: unknown[] }>("GET", "/v1/ledger/entries?limit=1000")).data
        .length;
    const bundle = await bundleOf(terms(["beta"]));
    const before = await size();
    await backtest({ bundle });
    expect(await size()).toBe(before);
    const request = { bundle, since, until };
    expect((await world.tenant.auditor.call("POST", "/v1/backtests", request)).status).toBe(403);
    const { admin } = world.tenant;
    expect(
      await admin.call("POST", "/v1/backtests", { ...request, bundle: `sha256:${"1".repeat(64)}` }),
    ).toMatchObject({
      status: 422,
      body: { code: "unknown_bundle" },
    });
    expect(await admin.call("POST", "/v1/backtests", { ...request, since: "soon" })).toMatchObject({
      status: 422,
    });
    expect(await admin.call("GET", "/v1/backtests/bkt_nothing")).toMatchObject({ status: 404 });
  });
});
