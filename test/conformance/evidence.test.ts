/** What stands afterwards: receipts, denial proofs and exports that anyone can verify, without personal data. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../harness/bundle.ts";
import { createWorld, email, raw, toolCall, type World } from "./world.ts";

let world: World;
let keys: string;
beforeAll(async () => {
  world = await createWorld();
  keys = join(world.stateDir, "keys.json");
  writeFileSync(keys, await (await fetch(`${world.engine.url}/.well-known/countersign-keys.json`)).text());
}, 60_000);
afterAll(() => world.close());

/** Runs the command as an auditor would; gives exit code and what it printed. */
function verify(name: string, content: string, ...args: string[]): { code: number; output: string } {
  const file = join(world.stateDir, name);
  writeFileSync(file, content);
  try {
    const output = execFileSync(
      process.execPath,
      [join(ROOT, "cli/countersign.mjs"), "verify", file, "--key", keys, ...args],
      { encoding: "utf8" },
    );
    return { code: 0, output };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
    return { code: status, output: stdout + stderr };
  }
}

const exported = async (path = "/v1/ledger/export") =>
  (await raw(world, path, { headers: { accept: "application/jsonl" } }, world.tenant.keys.auditor)).text();

describe("receipts", () => {
  it("verify offline, alone and against the export", async () => {
    const { body } = await world.tenant.app.submit(toolCall({ n: 1 }));
    writeFileSync(join(world.stateDir, "export.jsonl"), await exported());
    expect(verify("receipt.json", JSON.stringify(body))).toMatchObject({ code: 0 });
    expect(
      verify("receipt.json", JSON.stringify(body.receipt), "--ledger", join(world.stateDir, "export.jsonl")),
    ).toMatchObject({ code: 0 });
    const changed = {
      ...body.receipt,
      payload: `${body.receipt?.payload.slice(0, 40)}A${body.receipt?.payload.slice(41)}`,
    };
    expect(verify("changed.json", JSON.stringify(changed)).code).toBe(1);
  });

  it("can be fetched again, the same to the byte, once there is a decision", async () => {
    const { body } = await world.tenant.app.submit(toolCall({ n: 2 }));
    expect(await world.tenant.app.expect("GET", `/v1/receipts/${body.id}`)).toMatchObject({
      ...body.receipt,
    });
    const held = await world.tenant.app.submit(toolCall({ n: "guarantee" }));
    expect((await world.tenant.app.call("GET", `/v1/receipts/${held.body.id}`)).status).toBe(404);
  });

  it("of a blocked action are denial proofs that name rule, bundle and entry", async () => {
    const { body } = await world.tenant.app.submit(toolCall({ n: "123-45-6789" }));
    expect(verify("denial.json", JSON.stringify(body))).toMatchObject({ code: 0 });
    const statement = JSON.parse(atob(body.denial_proof?.payload ?? ""));
    expect(statement).toMatchObject({
      kind: "denial_proof",
      leaf: body.ledger?.leaf,
      entry: {
        index: body.ledger?.index,
        type: "decision",
        subject: body.id,
        body: { decision: "block", rules: [{ rule: "US_SSN", policy: "pii" }] },
      },
    });
    expect(
      verify(
        "as-receipt.json",
        JSON.stringify({
          ...body.denial_proof,
          payloadType: "application/vnd.countersign.receipt+json; v=1",
        }),
      ).code,
    ).toBe(1);
  });
});

describe("the export", () => {
  it("ends in a signed checkpoint and verifies; without it, or with a byte changed, it does not", async () => {
    const text = await exported();
    expect(verify("ledger.jsonl", text).code).toBe(0);
    const lines = text.trimEnd().split("\n");
    expect(JSON.parse(lines.at(-1) ?? "")).toHaveProperty("checkpoint");
    const without = verify("without.jsonl", `${lines.slice(0, -1).join("\n")}\n`);
    expect(without.code).not.toBe(0);
    expect(without.output).toMatch(/checkpoint/);
    const at = 3;
    lines[at] = (lines[at] ?? "").replace('"actor"', '"acter"');
    const changed = verify("changed.jsonl", `${lines.join("\n")}\n`);
    expect(changed.code).toBe(1);
    expect(changed.output).toContain(`${at}`);
  });

  it("comes in pages too, each with a checkpoint of its own", async () => {
    const page = await exported("/v1/ledger/entries?from=0&limit=5");
    expect(verify("lines.jsonl", page).code).toBe(0);
    const json = await (await raw(world, "/v1/ledger/entries?limit=5", {}, world.tenant.keys.auditor)).text();
    const first = JSON.parse(json) as { data: { index: number }[]; next_cursor: string };
    expect(first.data.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
    expect(first.next_cursor).toBe("5");
    expect(verify("page.json", json).code).toBe(0);
    const rest = await (
      await raw(
        world,
        `/v1/ledger/entries?limit=1000&cursor=${first.next_cursor}`,
        {},
        world.tenant.keys.auditor,
      )
    ).text();
    expect(verify("rest.json", rest).code).toBe(0);
  });

  it("holds an entry for everything that was done, and nothing of a person or a payload", async () => {
    const context = {
      folder: "patient-Zelda-Quux",
      agent: "agent-Zelda",
      session: "session-Zelda",
      request: "Zelda's request",
      on_behalf_of: { user: "zelda.quux@example.com", roles: ["role-zelda"] },
    };
    const { body } = await world.tenant.app.submit(
      email("We guarantee Zelda everything.", { subject: "For Zelda", context: context as never }),
    );
    await world.tenant.reviewer.expect("POST", `/v1/approvals/${body.approval?.id}/decision`, {
      decision: "approve",
      if_match: body.action_digest,
      reason: "Zelda is a friend.",
    });
    await world.tenant.app.findAction(body.id, 10);
    const held = await world.tenant.app.submit(toolCall({ zelda: "guarantee" }));
    await world.tenant.app.expect("POST", `/v1/actions/${held.body.id}/cancel`);
    const allowed = await world.tenant.app.submit(toolCall({ zelda: 1 }));
    await world.tenant.app.expect("POST", `/v1/actions/${allowed.body.id}/outcome`, {
      outcome: "failed",
      detail: "Zelda said no.",
    });
    const text = await exported();
    expect(text).not.toMatch(/zelda|quux|\bada\b|rita|otto|example\.com|guarantee/i);
    const types = text
      .split("\n")
      .filter((line) => line.startsWith('{"index":'))
      .map((line) => (JSON.parse(line) as { entry: { type: string; subject: string } }).entry);
    for (const type of [
      "tenant.created",
      "key.created",
      "target.put",
      "bundle.created",
      "binding.put",
      "decision",
      "approval",
      "delivery",
      "action.cancelled",
      "action.outcome",
    ]) {
      expect(types.map((entry) => entry.type)).toContain(type);
    }
    expect(types.filter(({ subject }) => subject === body.id).map(({ type }) => type)).toEqual([
      "decision",
      "approval",
      "decision",
      "delivery",
    ]);
    expect(verify("everything.jsonl", text).code).toBe(0);
  });
});

describe("keys", () => {
  it("are public, Ed25519, one for each use", async () => {
    const { keys: set } = JSON.parse(
      await (await fetch(`${world.engine.url}/.well-known/countersign-keys.json`)).text(),
    ) as { keys: Record<string, string>[] };
    expect(set.map((key) => key.countersign_use).sort()).toEqual(["checkpoint", "receipt"]);
    for (const key of set) {
      expect(key).toMatchObject({ kty: "OKP", crv: "Ed25519" });
      expect(key).not.toHaveProperty("d");
    }
  });
});
