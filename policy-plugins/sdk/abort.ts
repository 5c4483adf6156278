import { setError } from "./host";

/**
 * What `throw`, `assert` and the runtime's own checks become (`asc --use abort=`): the message with its place goes to the
 * operator, then the module traps. The file is named from policy-plugins/ on, such as `pii/card.ts`. Without this, asc
 * imports `env.abort`.
 */
export function policyAbort(message: string | null, file: string | null, line: u32, column: u32): void {
  const what = message ? message : "aborted";
  const where = file ? file : "?";
  setError(what + " at " + where + ":" + line.toString() + ":" + column.toString());
  unreachable();
}
