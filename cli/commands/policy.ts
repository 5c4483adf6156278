/** `countersign policy`: everything that the author of a policy does, from an empty folder to a gateway. */
import { groupOf } from "../command-group.ts";
import { policyActivate } from "./policy-activate.ts";
import { policyBacktest } from "./policy-backtest.ts";
import { policyBench } from "./policy-bench.ts";
import { policyBuild } from "./policy-build.ts";
import { policyCase } from "./policy-case.ts";
import { policyInspect } from "./policy-inspect.ts";
import { policyNew } from "./policy-new.ts";
import { policyPublish } from "./policy-publish.ts";
import { policyRollback } from "./policy-rollback.ts";
import { policyRun } from "./policy-run.ts";
import { policyTest } from "./policy-test.ts";

export const policyCommands = groupOf({
  new: policyNew,
  build: policyBuild,
  run: policyRun,
  test: policyTest,
  bench: policyBench,
  inspect: policyInspect,
  publish: policyPublish,
  activate: policyActivate,
  rollback: policyRollback,
  case: policyCase,
  backtest: policyBacktest,
});
