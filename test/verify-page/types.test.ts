/** The part of the page that is made for a browser is checked with a browser's types, apart from the rest. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { it } from "vitest";
import { ROOT } from "../harness/bundle.ts";

it("the page's scripts have no type error", { timeout: 60_000 }, () => {
  const tsc = join(ROOT, "node_modules/.bin/tsc");
  execFileSync(tsc, ["-p", join(ROOT, "worker/verify-page/browser")], { stdio: "pipe", encoding: "utf8" });
});
