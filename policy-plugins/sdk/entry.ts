// The module's exports, the same for every policy. build.ts compiles a copy of this file with POLICY replaced by
// the policy's folder; it is not compiled by itself.

import { configure as configurePolicy, evaluate as evaluatePolicy } from "../POLICY/index";
import { policyAbort } from "./abort";
import { setError } from "./host";
import { readAction } from "./input";
import { readDocument } from "./json-reader";
import { isRefused, Settings } from "./settings";
import { writeVerdict } from "./verdict";

/** The return code of the last call: -1 from its beginning until it has returned, so that a trap leaves -1. */
export let __cs_rc: i32 = -1;

const ACCEPTED: i32 = 0;
const REFUSED: i32 = 1;

let configured = false;

export function configure(): i32 {
  __cs_rc = -1;
  const settings = new Settings(readDocument());
  configurePolicy(settings);
  settings.end();
  configured = !isRefused();
  __cs_rc = configured ? ACCEPTED : REFUSED;
  return __cs_rc;
}

export function evaluate(): i32 {
  __cs_rc = -1;
  if (!configured) {
    // An unconfigured denylist would let everything pass.
    setError("evaluate before a configure that succeeded");
    __cs_rc = REFUSED;
    return REFUSED;
  }
  evaluatePolicy(readAction());
  writeVerdict();
  __cs_rc = ACCEPTED;
  return ACCEPTED;
}
