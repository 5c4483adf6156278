/** The receipt with its proof: to download, to verify here, and to verify without this gateway. */
import { toBase64Url, utf8 } from "../../core/encoding.ts";
import type { StoredEntry } from "../../core/ledger/entry.ts";
import { Row } from "../reviewer/field.tsx";
import type { Found } from "./ports.ts";

interface ProofProps {
  readonly id: string;
  /** The entry of its latest decision. */
  readonly log: StoredEntry;
  readonly receipt: Found<string>;
}

/** What the page reads of a receipt; its holder reads it all (docs/spec/receipt.md). */
interface ReadReceipt {
  readonly payloadType: string;
  readonly signatures: readonly { readonly keyid: string }[];
  readonly proof: string | null;
}

export function Proof({ id, log, receipt }: ProofProps) {
  return (
    <section class="findings proof" aria-labelledby="proof">
      <h2 id="proof">Proof</h2>
      {receipt.kind === "none" && (
        <p class="quiet">It waits, so it has no receipt yet. Its entries stand in the log.</p>
      )}
      {receipt.kind === "unavailable" && (
        <p class="alert">Its receipt cannot be had at the moment. Load the page again later.</p>
      )}
      {receipt.kind === "found" && <Receipt id={id} text={receipt.value} />}
      <dl class="facts">
        <Row label="Entry">{log.index}</Row>
        <Row label="Leaf">
          <code>{log.leaf}</code>
        </Row>
      </dl>
    </section>
  );
}

function Receipt({ id, text }: { readonly id: string; readonly text: string }) {
  const { payloadType, signatures, proof } = JSON.parse(text) as ReadReceipt;
  const file = `${id}.receipt.json`;
  return (
    <>
      <p class="quiet">
        {proof === null
          ? "Signed. The next checkpoint, within a second or so, completes it with the proof that its entry stands in the log: load the page again."
          : "Signed, and with the proof that its entry stands in the log."}
      </p>
      <dl class="facts">
        <Row label="Kind">
          <code>{payloadType}</code>
        </Row>
        {signatures.map(({ keyid }) => (
          <Row label="Key that it names">
            <code>{keyid}</code>
          </Row>
        ))}
      </dl>
      <div class="proof-go">
        <a class="button approve" href={`/verify#receipt=${toBase64Url(utf8(text))}`}>
          Verify in this browser
        </a>
        <a class="button" href={`/audit/${id}/receipt.json`} download={file}>
          Download with its proof
        </a>
        <a class="button" href={`/audit/${id}/evidence.jsonl`} download={`${id}.jsonl`}>
          Download for a replay
        </a>
      </div>
      <p class="quiet">
        In any case you give the keys that you trust: a file that you saved earlier, or that came to you by
        another way than this gateway. Keys that the gateway names now prove nothing about it. What a replay
        needs holds the payload, where that was not erased.
      </p>
      <h3>Without this gateway</h3>
      <pre class="source command">
        <code>{`npx countersign verify ${file} --key KEYS.json\nnpx countersign replay ${id}.jsonl`}</code>
      </pre>
    </>
  );
}
