/** A dozen kills, by the same code as `npm run faults`, which makes hundreds. */
import { expect, it } from "vitest";
import { runCampaign } from "./campaign.ts";

const KILLS = 12;

it("kill -9 under load loses nothing, doubles nothing, and leaves the ledger whole", async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const report = await runCampaign({ kills: KILLS, seed, clients: 4, waitForAlarm: false });
  expect(report.faults, `seed ${seed}`).toEqual([]);
  expect(report.startMs).toHaveLength(KILLS);
  expect(report.counts.sent).toBeGreaterThan(0);
  // The last kill is aimed there.
  expect(report.phases.during_send.kills).toBeGreaterThan(0);
}, 60_000);
