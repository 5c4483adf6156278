/** The one place that talks to the outside. Every bound on a stranger's answer is here. */
import { utf8 } from "../../../core/encoding.ts";
import { DELIVERY_TIMEOUT_MS, PROVIDER_ANSWER_BYTES_MAX } from "../../../core/limits.ts";
import type { Delivery } from "./sender.ts";
import type { Answer } from "./settle.ts";

const USER_AGENT = "Countersign/0.1";

export interface PostLimits {
  /** For headers and body together. */
  readonly timeoutMs: number;
  readonly answerBytesMax: number;
}

export const POST_LIMITS: PostLimits = {
  timeoutMs: DELIVERY_TIMEOUT_MS,
  answerBytesMax: PROVIDER_ANSWER_BYTES_MAX,
};

/** Sends the body's exact bytes once. Never throws: what went wrong on the way is an answer too. */
export async function post(
  { endpoint, mediaType, body }: Pick<Delivery, "endpoint" | "mediaType" | "body">,
  headers: Readonly<Record<string, string>>,
  limits: PostLimits = POST_LIMITS,
): Promise<Answer> {
  const signal = AbortSignal.timeout(limits.timeoutMs);
  let response: Response;
  try {
    response = await fetch(endpoint, {
      method: "POST",
      headers: { ...headers, "content-type": mediaType, "user-agent": USER_AGENT },
      body: utf8(body),
      // A redirect could lead where refuseEndpoint would not let us: it is answered as it came, not followed.
      redirect: "manual",
      signal,
    });
  } catch {
    return { status: null, failure: signal.aborted ? "timeout" : "network" };
  }
  const text = await readStart(response, limits.answerBytesMax);
  return { status: response.status, retryAfter: response.headers.get("retry-after"), text };
}

/**
 * The beginning of the body. The status line has decided already and the provider acts on what it took, so a body that
 * is endless, stalls or breaks off changes nothing: what came is kept, the rest is cancelled.
 */
async function readStart(response: Response, bytesMax: number): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) return "";
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  try {
    while (size < bytesMax) {
      const { done, value } = await reader.read();
      if (done) break;
      const piece = value.subarray(0, bytesMax - size);
      text += decoder.decode(piece, { stream: true });
      size += piece.length;
    }
  } catch {
    // Timed out or broken off.
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  return text;
}
