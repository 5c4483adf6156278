/** Which metered modules ran for which policies, as entries say: a line of evidence that names a policy has to agree with them. */
import type { Json, JsonObject } from "../json.ts";
import type { Entry } from "./entry.ts";
import type { PolicyLine } from "./evidence.ts";
import { isObject } from "./export.ts";

interface PolicyRun {
  readonly exec: string;
  readonly profile: string;
  /** The first entry that says so. */
  readonly entry: number;
}

export interface RunsDiffer {
  readonly member: "/exec_id" | "/profile_id";
  readonly entry: number;
  readonly message: string;
}

export class PolicyRuns {
  readonly #runs: Map<string, readonly PolicyRun[]>;

  constructor(runs: ReadonlyMap<string, readonly PolicyRun[]> = new Map()) {
    this.#runs = new Map(runs);
  }

  copy(): PolicyRuns {
    return new PolicyRuns(this.#runs);
  }

  same(other: PolicyRuns): boolean {
    return JSON.stringify([...this.#runs]) === JSON.stringify([...other.#runs]);
  }

  /** What it says that each policy was run as, or published as. */
  addEntry({ index, type, body }: Pick<Entry, "index" | "type" | "body">): void {
    if (type === "policy.published") this.#add(body, index);
    else for (const run of runsOf(body)) this.#add(run, index);
  }

  #add({ policy_id, exec_id, profile_id }: JsonObject, entry: number): void {
    if (typeof policy_id !== "string" || typeof exec_id !== "string" || typeof profile_id !== "string")
      return;
    const known = this.#runs.get(policy_id) ?? [];
    if (known.some(({ exec, profile }) => exec === exec_id && profile === profile_id)) return;
    this.#runs.set(policy_id, [...known, { exec: exec_id, profile: profile_id, entry }]);
  }

  /** Whether any entry says that a policy ran as a line has it. */
  has({ policy_id, exec_id, profile_id }: PolicyLine): boolean {
    const runs = this.#runs.get(policy_id) ?? [];
    return runs.some(({ exec, profile }) => exec === exec_id && profile === profile_id);
  }

  /**
   * Null where they may agree. Of one module metered for one profile there is one digest. But a gateway names a policy as it would run it
   * now: a later release has another profile, for which the module may be metered as it was before or anew.
   */
  compare(line: PolicyLine): RunsDiffer | null {
    const { policy_id, exec_id, profile_id } = line;
    if (this.has(line)) return null;
    for (const { exec, profile, entry } of this.#runs.get(policy_id) ?? []) {
      if (exec !== exec_id && (profile === profile_id || isHit(exec, exec_id)))
        return {
          member: "/exec_id",
          entry,
          message: `\`exec_id\` is ${exec_id}, and entry ${entry} says that ${exec} ran.`,
        };
      if (isHit(profile, profile_id))
        return {
          member: "/profile_id",
          entry,
          message: `\`profile_id\` is ${profile_id}, and entry ${entry} says that it ran under ${profile}.`,
        };
    }
    return null;
  }
}

/** One character apart, as no two digests are: it was hit. */
function isHit(said: string, other: string): boolean {
  if (said.length !== other.length) return false;
  let count = 0;
  for (let at = 0; at < said.length; at++) if (said[at] !== other[at]) count++;
  return count === 1;
}

/** Each policy that an entry says ran, on the action and for candidates. */
export const runsOf = (body: JsonObject): readonly JsonObject[] => [
  ...objectsIn(body.policies),
  ...objectsIn(isObject(body.shadow) ? body.shadow.policies : undefined),
];

const objectsIn = (json: Json | undefined): readonly JsonObject[] =>
  Array.isArray(json) ? (json as readonly Json[]).filter(isObject) : [];
