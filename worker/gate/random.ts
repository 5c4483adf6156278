/** Where the gate's randomness comes from. */
import { toBase64Url } from "../../core/encoding.ts";
import { formatTimedId, ID_BYTES, type IdPrefix } from "../../core/id.ts";
import { SALT_BYTES } from "../../core/ledger/commitment.ts";

export const randomBytes = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
export const newId = (prefix: IdPrefix): string => formatTimedId(prefix, Date.now(), randomBytes(ID_BYTES));
export const newSalt = (): Uint8Array => randomBytes(SALT_BYTES);
export const newToken = (): string => toBase64Url(randomBytes(32));
