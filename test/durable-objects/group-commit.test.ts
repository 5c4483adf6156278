/** Writes that share a commit: each rolls back alone, none waits for one that comes later, and all are answered. */
import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { type Entry, GENESIS, leafHash } from "../../core/ledger/entry.ts";
import { type CommitStorage, GroupCommit, type GroupCommitDeps } from "../../durable-objects/group-commit.ts";
import type { SubmitDraft, TenantService } from "../../durable-objects/rpc.ts";
import { ADMIN, AUTHOR, commitOf, createObject, sealedSubmission, signer, submitted } from "./tenants.ts";

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
  let changes = 0;
  const retried: number[] = [];
  const deps: GroupCommitDeps<string> = {
    ...{
      storage,
      gathered: (_, body) => body(),
      changes: () => changes,
      retried: () => retried.push(changes),
    },
  };
  return { deps, commits, syncs, write, change: () => changes++, retried };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

describe("group commit", () => {
  it("writes at once who comes alone, and all who come meanwhile together", async () => {
    const { deps, commits, syncs, write } = recordingStorage();
    const group = new GroupCommit(deps);
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
    const { deps, syncs, write } = recordingStorage();
    const group = new GroupCommit(deps);
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

  it("goes on where it fails altogether, and tells those who waited", async () => {
    const { deps, write, change } = recordingStorage();
    let isBroken = true;
    const retried = () => {
      if (isBroken) throw new Error("no alarm");
    };
    const group = new GroupCommit({ ...deps, storage: { ...deps.storage, sync: async () => {} }, retried });
    const failed = group.run(() => {
      change();
      throw new Error("bad");
    });
    await expect(failed).rejects.toThrow("no alarm");
    isBroken = false;
    expect(await group.run(write("b"))).toBe("b");
  });

  it("takes back and writes again one by one where one throws that had written something", async () => {
    const { deps, commits, syncs, write, change, retried } = recordingStorage();
    const tries: string[] = [];
    const group = new GroupCommit({
      ...deps,
      storage: {
        ...deps.storage,
        transactionSync: (body) => {
          const before = commits.at(-1)?.length ?? 0;
          try {
            return body();
          } catch (error) {
            commits.at(-1)?.splice(before);
            throw error;
          }
        },
      },
    });
    const changing = (name: string) => () => {
      tries.push(name);
      change();
      return write(name)();
    };
    const first = group.run(changing("a"));
    const good = group.run(changing("b"));
    const bad = group.run(() => {
      changing("c")();
      throw new Error("bad");
    });
    const last = group.run(changing("d"));
    syncs[0]?.resolve();
    await expect(bad).rejects.toThrow("bad");
    expect(await Promise.all([first, good, last])).toEqual(["a", "b", "d"]);
    expect(commits).toEqual([["a"], ["b", "d"], []]);
    expect(tries).toEqual(["a", "b", "c", "b", "c", "d"]);
    expect(retried).toHaveLength(1);
  });

  it("writes nothing again for one that throws before it wrote anything", async () => {
    const { deps, syncs, write, change } = recordingStorage();
    const group = new GroupCommit(deps);
    const tries: string[] = [];
    const trying = (name: string) => () => {
      tries.push(name);
      change();
      return write(name)();
    };
    const first = group.run(trying("a"));
    const before = group.run(trying("b"));
    const refused = group.run(() => {
      throw new Error("refused");
    });
    const behind = group.run(trying("c"));
    syncs[0]?.resolve();
    await expect(refused).rejects.toThrow("refused");
    await Promise.all([first, before, behind]);
    expect(tries).toEqual(["a", "b", "c"]);
  });

  it("goes on after a sync that failed", async () => {
    const { deps, syncs, write } = recordingStorage();
    const group = new GroupCommit(deps);
    await group.run(write("a"));
    syncs[0]?.reject(new Error("the disk is full"));
    await turn();
    expect(await group.run(write("b"))).toBe("b");
  });

  it("goes on with who waited for a sync that failed", async () => {
    const { deps, syncs, write } = recordingStorage();
    const group = new GroupCommit(deps);
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

  it("are one chain, with each key used once, however many share one", async () => {
    const object = await createObject();
    await commitOf(object, "allow");
    const commits = await Promise.all(
      Array.from({ length: 150 }, (_, index) =>
        // Some wait for a person, which reads the tables in the middle; every tenth key comes twice, half of these with another body.
        commitOf(object, index % 7 === 3 ? "hold" : "allow", {
          key: `k${index % 10 === 9 ? index - 1 : index}`,
          ...(index % 20 >= 18 ? { body: `{"n":${index - (index % 2)}}` } : {}),
        }),
      ),
    );
    const results = await Promise.all(commits.map((commit) => object.tenant.submit(commit)));
    expect(results.map(({ kind }) => kind)).toEqual(
      commits.map((_, index) =>
        index % 20 === 19 ? "replayed" : index % 10 === 9 ? "conflict" : "committed",
      ),
    );
    const { entries } = await object.tenant.ledger(0, 1000);
    for (const [at, { index, leaf, text }] of entries.entries()) {
      expect(index).toBe(at);
      expect(leaf).toBe(leafHash(text));
      expect((JSON.parse(text) as Entry).prev).toBe(at === 0 ? GENESIS : entries[at - 1]?.leaf);
    }
    for (const [index, result] of results.entries()) {
      if (result.kind !== "committed") continue;
      const { actionId } = commits[index] as SubmitDraft;
      const state = await object.tenant.action(actionId, 0);
      expect(state).toMatchObject({ id: actionId, entry: result.placed.entry, status: result.placed.status });
    }
  });

  it("are signed in one call, those that pass or are blocked", async () => {
    const object = await createObject();
    const decisions = ["allow", "hold", "block", "allow", "defer"] as const;
    const commits = await Promise.all(
      Array.from({ length: 50 }, (_, index) => commitOf(object, decisions[index % 5] as "allow")),
    );
    await signer.signedTogether();
    const results = await Promise.all(commits.map((commit) => object.tenant.submit(commit)));
    const signed = results.map((result) => result.kind === "committed" && result.signature?.keyid);
    expect(signed).toEqual(
      commits.map((_, index) =>
        ["allow", "block"].includes(decisions[index % 5] as string) ? "neighbour" : undefined,
      ),
    );
    const together = await signer.signedTogether();
    expect(together.reduce((sum, count) => sum + count, 0)).toBe(30);
    expect(together.length).toBeLessThan(10);
  });

  it("are committed where the signer is down, without a signature", async () => {
    const object = await createObject();
    await signer.setDown(true);
    const { commit, placed, signature } = await submitted(object, "allow");
    await signer.setDown(false);
    expect(signature).toBeNull();
    expect(await object.tenant.action(commit.actionId, 0)).toMatchObject({ entry: placed.entry });
  });

  it("keep the alarm for their checkpoint where one of them had to be taken back", async () => {
    const object = await createObject();
    const commits = await Promise.all(Array.from({ length: 10 }, () => commitOf(object, "allow")));
    const clash = { ...(commits[5] as SubmitDraft), actionId: commits[0]?.actionId ?? "" };
    // Out of the way: the alarm of the entries that made the tenant.
    await object.tenant.checkpoint(1, 5_000);
    await runInDurableObject(object.stub, (_, state) => state.storage.setAlarm(Date.now() + 86_400_000));
    const results = await Promise.allSettled(
      commits.map((commit, index) => object.tenant.submit(index === 5 ? clash : commit)),
    );
    expect(results.filter(({ status }) => status === "rejected")).toHaveLength(1);
    const at = await runInDurableObject(object.stub, (_, state) => state.storage.getAlarm());
    expect((at ?? Number.POSITIVE_INFINITY) - Date.now()).toBeLessThan(60_000);
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
