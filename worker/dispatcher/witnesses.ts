/**
 * The client of https://c2sp.org/tlog-witness, for the tenants' objects: asks one of the deployment's witnesses to cosign one
 * checkpoint, and believes nothing of its answer but what verifies.
 */
import { WorkerEntrypoint } from "cloudflare:workers";
import * as v from "valibot";
import { formatAddCheckpoint, parseProof } from "../../core/ledger/tree/add-checkpoint.ts";
import { parseCheckpoint } from "../../core/ledger/tree/checkpoint.ts";
import { parseNote } from "../../core/ledger/tree/note.ts";
import {
  WITNESS_ANSWER_BYTES_MAX,
  WITNESS_REQUEST_BYTES_MAX,
  WITNESS_TIMEOUT_MS,
} from "../../core/limits.ts";
import type { CosignRequest, CosignResult, Witness, WitnessesService } from "../../core/witness.ts";
import { parsePrivateOrigins } from "./endpoint.ts";
import { readCosignatures } from "./read-cosignatures.ts";
import { post } from "./transports/post.ts";
import { parseWitnessSettings, type WitnessSettings, type WitnessVars } from "./witness-settings.ts";

interface Env extends WitnessVars {
  readonly ALLOWED_PRIVATE_ORIGINS?: string;
}

const LIMITS = { timeoutMs: WITNESS_TIMEOUT_MS, answerBytesMax: WITNESS_ANSWER_BYTES_MAX };
const MEDIA_TYPE = "text/plain; charset=utf-8";

/** The gate is another Worker: its types hold for it, not for what arrives. */
const requestSchema = v.object({
  oldSize: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  proof: v.pipe(
    v.array(v.string()),
    v.check((lines) => parseProof(lines) !== null),
  ),
  note: v.pipe(v.string(), v.maxLength(WITNESS_REQUEST_BYTES_MAX)),
});

export class Witnesses extends WorkerEntrypoint<Env> implements WitnessesService {
  async list(): Promise<readonly Witness[]> {
    return this.#settings().witnesses.map(({ key: { name }, vkey }) => ({ name, vkey }));
  }

  async quorum(): Promise<number> {
    return this.#settings().quorum;
  }

  async addCheckpoint(name: string, untrusted: CosignRequest): Promise<CosignResult> {
    const notSent = (reason: string): CosignResult => ({ kind: "refused", status: null, reason });
    const witness = this.#settings().witnesses.find(({ key }) => key.name === name);
    if (witness === undefined) return notSent("There is no witness of that name.");
    const request = v.safeParse(requestSchema, untrusted);
    if (!request.success) return notSent("The request is malformed.");
    const { oldSize, proof, note: text } = request.output;
    // Nothing else leaves here: whoever controls the gate cannot have the dispatcher send a text of theirs.
    const note = parseNote(text);
    if (note === null || parseCheckpoint(note.text) === null) return notSent("The note is no checkpoint.");
    const body = formatAddCheckpoint(oldSize, proof, text);
    const answer = await post({ endpoint: witness.endpoint, mediaType: MEDIA_TYPE, body }, {}, LIMITS);
    return readCosignatures(answer, note, witness.key);
  }

  #settings(): WitnessSettings {
    return parseWitnessSettings(this.env, parsePrivateOrigins(this.env.ALLOWED_PRIVATE_ORIGINS));
  }
}
