/** A recorded verdict's text, read again so that it can be combined. */
import type { Verdict } from "../verdict.ts";
import { verdictText } from "../verdict.ts";

/** Null where the text is not one that `verdictText` writes. */
export function readVerdict(text: string): Verdict | null {
  try {
    const json = JSON.parse(text) as Wire;
    const verdict: Verdict = {
      policy: json.policy,
      policyId: json.policy_id,
      execId: json.exec_id,
      profileId: json.profile_id,
      fuel: json.fuel,
      fuelLimit: json.fuel_limit,
      findings: json.findings,
      obligations: json.obligations,
      error: json.error,
    };
    return verdictText(verdict) === text ? verdict : null;
  } catch {
    return null;
  }
}

interface Wire {
  readonly policy: string;
  readonly policy_id: Verdict["policyId"];
  readonly exec_id: Verdict["execId"];
  readonly profile_id: string;
  readonly fuel: number;
  readonly fuel_limit: number;
  readonly findings: Verdict["findings"];
  readonly obligations: Verdict["obligations"];
  readonly error: Verdict["error"];
}
