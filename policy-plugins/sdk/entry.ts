// The module's exports, the same for every policy. build.ts compiles a copy of this file with POLICY replaced by
// the policy's folder; it is not compiled by itself.

import { configure as configurePolicy, evaluate as evaluatePolicy } from "../POLICY/index";
import { policyAbort } from "./abort";
import { setError } from "./host";
import { Input } from "./input";
import { readDocument } from "./json-reader";
import { isRefused, Settings } from "./settings";
import { writeVerdict } from "./verdict";

const ACCEPTED: i32 = 0;
const REFUSED: i32 = 1;

let configured = false;

export function configure(): i32 {
  const settings = new Settings(readDocument());
  configurePolicy(settings);
  settings.end();
  configured = !isRefused();
  return configured ? ACCEPTED : REFUSED;
}

export function evaluate(): i32 {
  if (!configured) {
    // An unconfigured denylist would let everything pass.
    setError("evaluate before a configure that succeeded");
    return REFUSED;
  }
  evaluatePolicy(new Input());
  writeVerdict();
  return ACCEPTED;
}
