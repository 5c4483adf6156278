/** What the shipped policies judge here: a mail in English that none of them finds anything in. */
import { parseAction } from "../../core/action.ts";
import { utf8 } from "../../core/encoding.ts";
import type { Json } from "../../core/json.ts";
import { policyInput } from "../../core/policy/input.ts";
import type { Principal } from "../../core/principal.ts";
import { SUBMISSION } from "../action.ts";

export const PRINCIPAL: Principal = {
  key: `key_${"0".repeat(12)}`,
  owner: "ada",
  agent: "support-bot",
  user: null,
  roles: [],
  folder: null,
};

/** The bytes of a policy's input whose payload is about `times` that of bench/action.ts. */
function mail(times: number): Uint8Array {
  const { payload } = SUBMISSION.action;
  const text = String(payload.text).repeat(times);
  const parsed = parseAction({
    ...SUBMISSION,
    action: { ...SUBMISSION.action, payload: { ...payload, text } },
  } as Json);
  if (!parsed.ok) throw new Error("The action is not valid.");
  return utf8(policyInput(parsed.value, PRINCIPAL, null).text);
}

export const INPUTS: Readonly<Record<string, Uint8Array>> = { "2.7 KB": mail(1), "16 KB": mail(6) };
