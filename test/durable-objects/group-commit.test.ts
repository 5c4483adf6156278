/** Writes that share a commit: each rolls back alone, none waits for one that comes later, and all are answered. */
import { describe, expect, it } from "vitest";
import { type CommitStorage, GroupCommit } from "../../durable-objects/group-commit.ts";
import type { TenantService } from "../../durable-objects/rpc.ts";
import { ADMIN, AUTHOR, commitOf, createObject, sealedSubmission } from "./tenants.ts";

/** A storage that tells what was written between two syncs; a sync ends when the test says so. */
function recordingStorage() {
  const commits: string[][] = [[]];
  const syncs: PromiseWithResolvers<void>[] = [];
  const storage: CommitStorage = {
    transactionSync: (body) => body(),
    sync: () => {
      commits.push([]);
      const sync = Promise.withResolvers<void>();
      syncs.push(sync);
      return sync.promise;
    },
  };
  const write = (name: string) => () => {
    commits.at(-1)?.push(name);
    return name;
  };
  return { storage, commits, syncs, write };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

describe("group commit", () => {
  it("writes at once who comes alone, and all who come meanwhile together", async () => {
    const { storage, commits, syncs, write } = recordingStorage();
    const group = new GroupCommit(storage);
    expect(await group.run(write("a"))).toBe("a");
    const rest = [group.run(write("b")), group.run(write("c")), group.run(write("d"))];
    await turn();
    expect(commits).toEqual([["a"], []]);
    syncs[0]?.resolve();
    expect(await Promise.all(rest)).toEqual(["b", "c", "d"]);
    expect(commits).toEqual([["a"], ["b", "c", "d"], []]);
    syncs[1]?.resolve();
    await turn();
    expect(await group.run(write("e"))).toBe("e");
    expect(commits).toEqual([["a"], ["b", "c", "d"], ["e"], []]);
  });

  it("fails for the one whose write throws, and for nobody else", async () => {
    const { storage, syncs, write } = recordingStorage();
    const group = new GroupCommit(storage);
    const first = group.run(write("a"));
    const bad = group.run(() => {
      throw new Error("bad");
    });
    const good = group.run(write("b"));
    syncs[0]?.resolve();
    await first;
    await expect(bad).rejects.toThrow("bad");
    expect(await good).toBe("b");
  });

  it("goes on after a sync that failed", async () => {
    const { storage, syncs, write } = recordingStorage();
    const group = new GroupCommit(storage);
    await group.run(write("a"));
    syncs[0]?.reject(new Error("the disk is full"));
    await turn();
    expect(await group.run(write("b"))).toBe("b");
  });

  it("goes on with who waited for a sync that failed", async () => {
    const { storage, syncs, write } = recordingStorage();
    const group = new GroupCommit(storage);
    await group.run(write("a"));
    const waiting = group.run(write("b"));
    syncs[0]?.reject(new Error("the disk is full"));
    expect(await waiting).toBe("b");
  });
});

describe("submissions that share a commit", () => {
  it("are refused alone where their configuration moved while they waited", async () => {
    const object = await createObject();
    const tenant = object.stub as unknown as TenantService;
    const drafts = await Promise.all(Array.from({ length: 20 }, () => commitOf(object, "allow")));
    const commits = await Promise.all(drafts.map((draft) => sealedSubmission(object.log, draft)));
    const before = commits.slice(0, 10).map((commit) => tenant.submit(commit));
    const moved = tenant.putKey(AUTHOR, { ...ADMIN, id: "key_other" });
    const after = commits.slice(10).map((commit) => tenant.submit(commit));
    await moved;
    const results = await Promise.all([...before, ...after]);
    expect(new Set(results.map(({ kind }) => kind))).toEqual(new Set(["committed", "stale"]));
  });

  it("take no other along where one cannot be written", async () => {
    const object = await createObject();
    const tenant = object.stub as unknown as TenantService;
    const drafts = await Promise.all(Array.from({ length: 12 }, () => commitOf(object, "hold")));
    const commits = await Promise.all(drafts.map((draft) => sealedSubmission(object.log, draft)));
    const [first] = commits;
    // The same task twice: its row cannot be written.
    const clash = { ...(commits[6] as (typeof commits)[number]), approvalId: first?.approvalId ?? "" };
    const sent = commits.map((commit, index) => tenant.submit(index === 6 ? clash : commit));
    const results = await Promise.allSettled(sent);
    expect(results.map(({ status }) => status)).toEqual(
      commits.map((_, index) => (index === 6 ? "rejected" : "fulfilled")),
    );
    const { entries } = await object.tenant.ledger(0, 1000);
    const held = entries.filter(({ text }) => text.includes('"type":"decision"'));
    expect(held).toHaveLength(11);
    expect(await object.tenant.action(clash.actionId, 0)).toBeNull();
  });
});
