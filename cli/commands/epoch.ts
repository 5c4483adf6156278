/**
 * `countersign epoch`: an operator says, with a key that no Worker holds, from which tree a log goes on after its storage was
 * restored to an earlier time (docs/spec/keys.md).
 */
import { type ArgsDef, defineCommand } from "citty";
import { envelopeOf, PAYLOAD_TYPES, preAuthEncoding } from "../../core/dsse.ts";
import { toBase64, utf8 } from "../../core/encoding.ts";
import { epochStatement, type TreeHead } from "../../core/epoch.ts";
import type { Json } from "../../core/json.ts";
import { importPrivateKey, type PrivateJwk, parsePrivateJwk, thumbprint } from "../../core/keys.ts";
import { readInput } from "../files.ts";
import { EXIT, type Output, terminalOutput, UsageError, visible } from "../output.ts";
import { gatewayArgs, gatewayClient, told } from "../policy/gateway.ts";

const args = {
  ...gatewayArgs,
  "signing-key": {
    type: "string",
    valueHint: "operator.jwk",
    required: true,
    description: "The operator's private Ed25519 JWK, whose public half is in the signer's EPOCH_KEYS",
  },
  reason: {
    type: "string",
    required: true,
    valueHint: "text",
    description: "Why the log was restored; it stands in the log for ever, so name nobody",
  },
  yes: {
    type: "boolean",
    description: "Open the epoch; without it, only what would be given up is shown",
  },
} as const satisfies ArgsDef;

export const epoch = defineCommand({
  meta: {
    name: "epoch",
    description: "Let a log whose storage was restored go on, by an operator's signature",
  },
  args,
  async run({ args }) {
    const key = await readSigningKey(args["signing-key"]);
    const client = gatewayClient(args);
    const status = await told(client, () => client.expect<LogStatus>("GET", "/v1/ledger/status"));
    const { log, fork } = status;
    const output = terminalOutput(process.stdout, process.env);
    if (fork === null) {
      output.line(`${visible(log)} was not refused by its signer: there is nothing to open an epoch for.`);
      process.exitCode = EXIT.failed;
      return;
    }
    const base = await told(client, () => client.expect<TreeHead>("GET", "/v1/ledger/head"));
    show(output, log, fork, base);
    if (!args.yes) {
      output.line("Nothing was done. Add --yes to open the epoch.");
      process.exitCode = EXIT.failed;
      return;
    }
    const statement = epochStatement({
      log,
      epoch: fork.epoch + 1,
      old: fork.signed,
      base,
      reason: args.reason,
      time: new Date().toISOString(),
    });
    const opened = await told(client, async () =>
      client.expect<{ epoch: number }>("POST", "/v1/ledger/epochs", { ...(await sign(statement, key)) }),
    );
    output.line(
      output.green(
        `Epoch ${opened.epoch} is open. Its checkpoints have the origin ${visible(log)}/epoch/${opened.epoch}.`,
      ),
    );
  },
});

interface LogStatus {
  readonly log: string;
  readonly fork: { readonly epoch: number; readonly signed: TreeHead } | null;
}

function show(output: Output, log: string, fork: NonNullable<LogStatus["fork"]>, base: TreeHead): void {
  const { signed } = fork;
  output.line(output.bold(visible(log)));
  output.line(`  signed last:  ${signed.size} entries, root ${signed.root}`);
  output.line(`  here now:     ${base.size} entries, root ${base.root}`);
  output.line(
    "  Receipts of entries that are not here any more still verify with the checkpoints that were given out: keep those.",
  );
}

async function readSigningKey(file: string): Promise<PrivateJwk> {
  let json: Json = null;
  try {
    json = JSON.parse(new TextDecoder().decode(await readInput(file))) as Json;
  } catch (error) {
    if (error instanceof UsageError) throw error;
  }
  const key = parsePrivateJwk(json);
  if (key === null) throw new UsageError(`${file} is not a private Ed25519 JWK`);
  return key;
}

async function sign(statement: string, jwk: PrivateJwk) {
  const bytes = preAuthEncoding(PAYLOAD_TYPES.epoch, utf8(statement));
  const signature = await crypto.subtle.sign(
    "Ed25519",
    await importPrivateKey(jwk),
    bytes as Uint8Array<ArrayBuffer>,
  );
  return envelopeOf("epoch", statement, {
    keyid: thumbprint(jwk.x),
    sig: toBase64(new Uint8Array(signature)),
  });
}
