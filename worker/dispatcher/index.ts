/**
 * The dispatcher: the only Worker that opens targets' credentials and talks to the outside. It takes no order on the
 * gate's word: each must bring the signer's signature over a committed decision for exactly these bytes.
 */
import { WorkerEntrypoint } from "cloudflare:workers";
import type {
  DispatcherService,
  SealRequest,
  SealResult,
  SendOrder,
  SendResult,
} from "../../core/dispatch.ts";
import type { JsonObject } from "../../core/json.ts";
import type { KeysService } from "../../core/signing.ts";
import { findTransport } from "../../core/transport/table.ts";
import type { Transport } from "../../core/transport/transport.ts";
import { parsePrivateOrigins, refuseEndpoint } from "./endpoint.ts";
import { parseOrder, parseSealRequest } from "./parse-order.ts";
import { withReceiptKeys } from "./receipt-keys.ts";
import { seal, unseal } from "./sealing.ts";
import { post } from "./transports/post.ts";
import type { Sender } from "./transports/sender.ts";
import { settle } from "./transports/settle.ts";
import { findSender } from "./transports/table.ts";
import { checkOrder, ORDER_FAULTS, type OrderFault, openReceipt } from "./verify-order.ts";

export { Witnesses } from "./witnesses.ts";

interface Env {
  readonly KEYS: KeysService;
  /** Secret: base64 of 32 random bytes. */
  readonly SEALING_KEY: string;
  readonly ALLOWED_PRIVATE_ORIGINS?: string;
}

export class Dispatcher extends WorkerEntrypoint<Env> implements DispatcherService {
  async seal(untrusted: SealRequest): Promise<SealResult> {
    const request = parseSealRequest(untrusted);
    if (request === null) return { ok: false, reason: "The request is malformed." };
    const kind = settleKind(request.target.kind, request.target.config);
    if (kind === null) return { ok: false, reason: "The target's kind or configuration is not known." };
    const refusal = this.#refuseEndpoint(kind);
    if (refusal !== null) return { ok: false, reason: refusal };
    const credentials = kind.transport.parseCredentials(request.credentials);
    if (!credentials.ok) return { ok: false, reason: credentials.fault.issues.map(issueText).join(" ") };
    const scope = {
      log: request.log,
      name: request.target.name,
      kind: kind.sender.kind,
      config: kind.config,
    };
    return { ok: true, sealed: await seal(this.env.SEALING_KEY, scope, credentials.value) };
  }

  /**
   * The order of the checks is the security of it:
   *
   *   parse -> open the receipt -> it covers this order -> endpoint -> credentials -> send
   *
   * The first that fails refuses, and nothing is sent. Credentials are opened only when all else holds.
   */
  async send(untrusted: SendOrder): Promise<SendResult> {
    const order = parseOrder(untrusted);
    if (order === null) return refused("order");

    const receipt = await this.#openReceipt(order);
    if (receipt === "unavailable") {
      const reason = "The signer's public keys could not be read.";
      return { status: "retry", httpStatus: null, reason, retryAfterMs: null };
    }
    if (!receipt.ok) return refused(receipt.fault);
    const covered = checkOrder(receipt.value, order);
    if (!covered.ok) return refused(covered.fault);

    const kind = settleKind(order.target.kind, order.target.config);
    // The receipt binds endpoint and target, not the configuration: it must lead to the same place, or credentials
    // sealed for one host could be sent to another.
    if (kind === null || kind.sender.endpoint(kind.config) !== order.message.endpoint)
      return refused("endpoint");
    const refusal = this.#refuseEndpoint(kind);
    if (refusal !== null) return { status: "refused", reason: refusal };

    const scope = { log: order.log, name: order.target.name, kind: kind.sender.kind, config: kind.config };
    const credentials = kind.transport.parseCredentials(
      await unseal(this.env.SEALING_KEY, scope, order.sealedCredentials),
    );
    if (!credentials.ok) return refused("credentials");

    const { actionId, message } = order;
    const delivery = { ...message, actionId, credentials: credentials.value };
    const answer = await post(delivery, await kind.sender.headers(delivery, Date.now()));
    return settle(kind.sender, answer, Date.now());
  }

  async privateOrigins(): Promise<readonly string[]> {
    return parsePrivateOrigins(this.env.ALLOWED_PRIVATE_ORIGINS);
  }

  #refuseEndpoint({ sender, config }: Kind): string | null {
    const privateOrigins = parsePrivateOrigins(this.env.ALLOWED_PRIVATE_ORIGINS);
    return refuseEndpoint(sender.endpoint(config), { privateOrigins, publicOrigin: sender.publicOrigin });
  }

  /** An unreachable signer proves nothing against the order, so it is not refused for good. */
  async #openReceipt({ receipt }: SendOrder) {
    try {
      const opened = await withReceiptKeys(this.env.KEYS, Date.now(), async (keys) => {
        const statement = await openReceipt(receipt, keys);
        return !statement.ok && statement.fault === "signature" ? null : statement;
      });
      return opened ?? ({ ok: false, fault: "signature" } as const);
    } catch {
      return "unavailable";
    }
  }
}

/** A kind of target with a configuration settled for it. */
interface Kind {
  readonly transport: Transport;
  readonly sender: Sender;
  readonly config: JsonObject;
}

function settleKind(kind: string, untrusted: JsonObject): Kind | null {
  const transport = findTransport(kind);
  const sender = findSender(kind);
  if (transport === undefined || sender === undefined) return null;
  const config = transport.parseConfig(untrusted);
  return config.ok ? { transport, sender, config: config.value } : null;
}

const refused = (fault: OrderFault): SendResult => ({ status: "refused", reason: ORDER_FAULTS[fault] });
const issueText = ({ pointer, message }: { pointer: string; message: string }): string =>
  `${pointer} ${message}`;

export default {
  fetch: () => new Response(null, { status: 404 }),
} satisfies ExportedHandler;
