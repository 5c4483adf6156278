/** Actions are found by what was decided of them, and by whom they concern; nobody finds more than they may read. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Body, Client } from "../../cli/client.ts";
import { createWorld, email, toolCall, type World } from "./world.ts";

interface Found {
  readonly id: string;
  readonly status: string;
  readonly rules: readonly string[];
  readonly [member: string]: unknown;
}
interface Page {
  readonly data: readonly Found[];
  readonly next_cursor: string | null;
}

let world: World;
let other: Client;
/** Names of the actions by id: what a search should find is said by name. */
const named = new Map<string, string>();
let middle: string;

beforeAll(async () => {
  world = await createWorld();
  const { app } = world.tenant;
  await world.govern("tool.call", [
    {
      policy: "builtin:access",
      settings: { required_facts: [{ tool: "refund.*", fact: "/kyc", one_of: ["passed"] }] },
    },
  ]);
  other = await world.key({
    ...{ name: "other", owner: "olga", scopes: ["app"] },
    ...{ surfaces: ["*"], folders: ["*"], agents: ["*"], roles: ["*"] },
  });
  const as = async (name: string, client: Client, submission: Parameters<Client["submit"]>[0]) => {
    const { body } = await client.submit(submission);
    named.set(body.id, name);
    return body;
  };
  const context = { agent: "bot-7", on_behalf_of: { user: "mina" } };
  await as("mail", app, email("A parcel.", { context }));
  await as("blocked", app, email("Her number is 123-45-6789."));
  await as("held", app, email("We guarantee it, and it is forbidden to say so: no."));
  await new Promise((resolve) => setTimeout(resolve, 5));
  middle = new Date().toISOString();
  await new Promise((resolve) => setTimeout(resolve, 5));
  await as("refund", app, toolCall({ to: "Olaf <OLAF@Example.org>" }, { tool: "refund.pay" }));
  await as("cleared", app, toolCall({ recipients: ["olaf@example.org", "sam@example.org"] }));
  await as("others", other, toolCall({ n: 1 }));
}, 90_000);
afterAll(() => world.close());

const find = (query: string, client = world.tenant.auditor): Promise<Page> =>
  client.expect<Page>("GET", `/v1/actions${query}`);
const names = (page: Page) => page.data.map(({ id }) => named.get(id));

describe("a search", () => {
  it("lists everything, newest first, without anything that somebody wrote", async () => {
    const page = await find("");
    expect(names(page)).toEqual(["others", "cleared", "refund", "held", "blocked", "mail"]);
    expect(page.next_cursor).toBeNull();
    const [cleared, mail] = [page.data[1], page.data[5]];
    expect(cleared).toEqual({
      ...{ id: expect.stringMatching(/^act_/), status: "allowed", decision: "allow", surface: "tool.call" },
      ...{ target: null, owner: "ada", agent: null, user: null, rules: [], erased_at: null },
      ledger: { index: expect.any(Number), leaf: expect.stringMatching(/^sha256:/) },
      ...{ created_at: expect.stringMatching(/^20/), updated_at: expect.stringMatching(/^20/) },
    });
    expect(mail).toMatchObject({ agent: "bot-7", user: "mina", target: "resend/main" });
    expect(JSON.stringify(page)).not.toMatch(/parcel|olaf|123-45/i);
  });

  it.each([
    ["?status=deferred", ["refund"]],
    ["?status=held", ["held"]],
    ["?decision=block", ["blocked"]],
    ["?surface=tool.call", ["others", "cleared", "refund"]],
    ["?surface=tool.call&status=allowed", ["others", "cleared"]],
    ["?agent=bot-7", ["mail"]],
    ["?user=mina", ["mail"]],
    ["?user=mina&status=held", []],
    ["?rule=US_SSN", ["blocked"]],
    ["?rule=FACT_MISSING&status=deferred", ["refund"]],
    ["?rule=us_ssn", []],
    ["?recipient=olaf@example.org", ["cleared", "refund"]],
    ["?recipient=%20OLAF@example.ORG", ["cleared", "refund"]],
    ["?recipient=olaf@example.org&rule=FACT_MISSING", ["refund"]],
    ["?recipient=customer@example.com", ["held", "blocked", "mail"]],
    ["?recipient=olaf@example", []],
  ])("for %s", async (query, expected) => {
    expect(names(await find(query))).toEqual(expected);
  });

  it("is bounded by times, of which the first is included", async () => {
    expect(names(await find(`?since=${middle}`))).toEqual(["others", "cleared", "refund"]);
    expect(names(await find(`?until=${middle}`))).toEqual(["held", "blocked", "mail"]);
    expect(names(await find(`?since=${middle}&until=${middle}`))).toEqual([]);
    expect(names(await find("?since=2000-01-01T00:00:00Z&until=2001-01-01T00:00:00Z"))).toEqual([]);
  });

  it("comes in pages that hold every action once", async () => {
    const seen: (string | undefined)[] = [];
    let cursor: string | null = "";
    for (let page = 0; cursor !== null && page < 10; page++) {
      const { data, next_cursor }: Page = await find(`?limit=2${cursor && `&cursor=${cursor}`}`);
      expect(data.length).toBeLessThanOrEqual(2);
      seen.push(...data.map(({ id }) => named.get(id)));
      cursor = next_cursor;
    }
    expect(cursor).toBeNull();
    expect(seen).toEqual(["others", "cleared", "refund", "held", "blocked", "mail"]);
  });

  it("follows an action: its status, and the rules of later judgements", async () => {
    const facts = await world.key({ name: "kyc", owner: "fay", scopes: ["facts"] });
    const { body } = await world.tenant.app.submit(toolCall({ n: 2 }, { tool: "refund.pay" }));
    named.set(body.id, "later");
    expect(names(await find("?status=deferred", facts))).toContain("later");
    await facts.expect("POST", `/v1/actions/${body.id}/facts`, { facts: { kyc: "failed" } });
    const [found] = (await find("?limit=1")).data;
    expect(found?.rules).toContain("FACT_MISSING");
    expect(found?.rules.length).toBeGreaterThan(1);
  });

  it("shows a key that may only act its owner's actions alone", async () => {
    expect(names(await find("", other))).toEqual(["others"]);
    expect(names(await find("", world.tenant.app))).not.toContain("others");
    expect(names(await find("?recipient=olaf@example.org", other))).toEqual([]);
    expect(names(await find("", world.tenant.reviewer))).toContain("others");
    expect(names(await find("", world.tenant.admin))).toContain("others");
    const evaluate = await world.key({ name: "dry", owner: "ada", scopes: ["evaluate"] });
    expect((await evaluate.call("GET", "/v1/actions")).status).toBe(403);
  });

  it("finds an erased action by what was decided, and by no recipient any more", async () => {
    const [cleared] = [...named].find(([, name]) => name === "cleared") ?? [];
    await world.tenant.admin.expect("POST", `/v1/payloads/${cleared}/erase`);
    expect(names(await find("?recipient=sam@example.org"))).toEqual([]);
    const { data } = await find("?status=allowed&surface=tool.call");
    expect(data.find(({ id }) => id === cleared)).toMatchObject({ erased_at: expect.stringMatching(/^20/) });
  });

  it.each([
    ["status=sent", "status"],
    ["decision=maybe", "decision"],
    ["surface=Not%20One", "surface"],
    ["since=yesterday", "since"],
    ["until=2026-13-45T00:00:00Z", "until"],
    ["limit=0", "limit"],
    ["limit=1001", "limit"],
    ["limit=ten", "limit"],
    ["cursor=-1", "cursor"],
    ["agent=", "agent"],
    [`user=${"x".repeat(201)}`, "user"],
    ["recepient=sam@example.org", "recepient"],
  ])("refuses %s, and names the parameter", async (query, parameter) => {
    const answer = await world.tenant.auditor.call<Body>("GET", `/v1/actions?${query}`);
    expect(answer).toMatchObject({ status: 400, body: { code: "invalid_parameter", parameter } });
    expect(answer.body.detail).toContain(parameter);
  });
});
