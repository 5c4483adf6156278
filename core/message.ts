/** A rendered message: the bytes that will be sent, and where to, fixed before the decision (invariant I12). */
import { canonicalJson } from "./canonical-json.ts";
import { type Digest, digestOf, sha256Hex } from "./hash.ts";
import type { Json } from "./json.ts";
import type { PointedString } from "./json-pointer.ts";

/** What is stored, committed to and sent. */
export interface SentMessage {
  readonly transport: string;
  readonly endpoint: string;
  readonly mediaType: string;
  /** The request body, exactly as sent. */
  readonly body: string;
}

export interface Message extends SentMessage {
  /** The same body as a value, for policies to read. */
  readonly content: Json;
  /** Where in `content` the payload stands, as a JSON Pointer: what is elsewhere was added by rendering. */
  readonly payloadAt: string;
  /**
   * What a reader will see of attachments, which are encoded in `content`. HTML has none: the reading shows it as it is read
   * and leads back to where it stands, so that it can be redacted there. Of an attachment it may not have all: a short one, or
   * one in UTF-16, is no base64 to whoever does not know that it is some.
   */
  readonly views: readonly PointedString[];
}

/** Binds endpoint and body alike: the same mail to another host is another message. */
export function messageDigest(message: SentMessage): Digest {
  const { transport, endpoint, mediaType, body } = message;
  return digestOf(
    canonicalJson({ transport, endpoint, media_type: mediaType, body_sha256: sha256Hex(body) }),
  );
}
