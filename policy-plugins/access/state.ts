import { Value } from "../sdk/index";
import { Address } from "./addresses";
import { Bounds } from "./arguments";
import { Domains } from "./domains";

/**
 * All that the policy keeps: one record in static memory, not globals, since the host puts back each global by itself after
 * every call.
 */
@unmanaged
export class State {
  // Settings, as they were read: each is MISSING or well formed.
  tools: Value;
  deniedTools: Value;
  argumentBounds: Value;
  forbiddenStates: Value;
  requiredFacts: Value;
  recipients: Value;
  /** The pointers of `recipients`, which boundaries go by too. */
  ownPointers: Value;
  dataClasses: Value;
  code: Value;
  isFolderIsolated: bool;

  // What was made of them.
  ownDomains: Domains | null;
  allowedDomains: Domains | null;
  deniedDomains: Domains | null;
  bounds: Array<Bounds>;
  /** By the entry's place: domains that a class of data may go to. */
  classDomains: StaticArray<Domains | null>;
  hasFences: bool;
  hasSql: bool;
  hasShell: bool;
  hasScripts: bool;
  hasPrograms: bool;

  // The action's caller.
  tool: Value;
  surface: Value;
  agent: Value;
  roles: Value;
  /** The folder that the caller works in, as the gateway has checked it. */
  folder: Value;

  // The values that the pointer last followed points at.
  found: StaticArray<Value>;
  foundCount: i32;

  /** The addresses of the action, once they were read; null before. */
  addresses: Array<Address> | null;
  /** There were more. */
  isCut: bool;

  // The text that is looked through for code: folded, without what is not seen, and where each unit was.
  units: usize;
  places: usize;
  length: i32;
}

export const kept: State = changetype<State>(memory.data(offsetof<State>(), 8));
