/** What a transport must say about itself to the gate. How it sends is the dispatcher's part. */
import type { ActionBody } from "../action.ts";
import type { Json, JsonObject } from "../json.ts";
import type { Message } from "../message.ts";
import type { Result } from "../result.ts";
import type { InvalidFault } from "../validate.ts";

/** A target as every gate may know it: without its credentials. `revision` moves with every change of it. */
export interface Target {
  readonly name: string;
  readonly kind: string;
  readonly config: JsonObject;
  /** Surfaces it accepts; `*` is any. */
  readonly surfaces: readonly string[];
  readonly revision: number;
}

export interface Transport {
  readonly kind: string;
  /** Settles a target's public configuration: defaults filled in, nothing secret. */
  parseConfig(config: Json): Result<JsonObject, InvalidFault>;
  /** Checks the shape of the credentials, before they are sealed for good. */
  parseCredentials(credentials: Json): Result<JsonObject, InvalidFault>;
  /** The message, purely from action and configuration. Content that the gate cannot see is refused (invariant I12). */
  render(action: ActionBody, config: JsonObject): Result<Message, InvalidFault>;
}
