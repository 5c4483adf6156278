/** How the dispatcher sends to one kind of target. What the gate knows of the kind is in core/transport/. */
import type { JsonObject } from "../../../core/json.ts";

export interface Delivery {
  /** The provider's idempotency key: the same for every attempt (invariant I10). */
  readonly actionId: string;
  readonly endpoint: string;
  readonly mediaType: string;
  readonly body: string;
  /** As the kind's `parseCredentials` gives them. */
  readonly credentials: JsonObject;
}

export interface Sender {
  readonly kind: string;
  /** As it stands in reasons. */
  readonly title: string;
  /** The one public origin of this kind, or null where the tenant names the host. */
  readonly publicOrigin: string | null;
  /** Where a target of this kind sends to: from its settled configuration alone. */
  endpoint(config: JsonObject): string;
  /** The headers of one attempt, beside content type and user agent. */
  headers(delivery: Delivery, nowMs: number): Promise<Readonly<Record<string, string>>>;
  /** Names of errors that come with a 409 and will never succeed; any other 409 is tried again. */
  readonly finalConflicts: readonly string[];
  /** The provider's id of what it took; null where its answers carry none. */
  providerId(answer: string): string | null;
  /** The provider's name for what went wrong: a short word of its documentation, never its text. */
  errorName(answer: string): string | null;
}
