/** What a witness is configured with: epochs of a log, several keys, and what it says where something is wrong. */
import { describe, expect, it } from "vitest";
import { generateJwk } from "../dispatcher/order.ts";
import { noteSigner, noteSignerOf, testLog } from "../harness/log.ts";
import { startWitness, type WitnessOptions } from "../harness/witness.ts";

const log = testLog(20);
const LOG = "gw.test/t/1";

async function withWitness<T>(
  options: Omit<WitnessOptions, "jwk">,
  run: (witness: Awaited<ReturnType<typeof startWitness>>) => Promise<T>,
): Promise<T> {
  const witness = await startWitness({ jwk: await generateJwk(), ...options });
  try {
    return await run(witness);
  } finally {
    await witness.stop();
  }
}

/** The log's key, under the name of any of its epochs. */
async function epochSigners() {
  const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
  const publicKey = new Uint8Array((await crypto.subtle.exportKey("raw", pair.publicKey)) as ArrayBuffer);
  return (origin: string) => noteSignerOf(origin, publicKey, pair.privateKey);
}

describe("epochs of a log", () => {
  it("are watched one by one where they are listed one by one", async () => {
    const signerOf = await epochSigners();
    const second = `${LOG}/epoch/2`;
    await withWitness(
      { logs: { [LOG]: [signerOf(LOG).vkey], [second]: [signerOf(second).vkey] } },
      async (witness) => {
        const add = async (origin: string) =>
          (await witness.add(0, [], await log.checkpoint(5, signerOf(origin)))).status;
        expect([await add(LOG), await add(second), await add(`${LOG}/epoch/3`)]).toEqual([200, 200, 404]);
      },
    );
  });

  it("are all watched where every one is listed, each with a state of its own", async () => {
    const signerOf = await epochSigners();
    await withWitness(
      { logs: { [LOG]: [signerOf(LOG).vkey], [`${LOG}/epoch/*`]: [signerOf(LOG).vkey] } },
      async (witness) => {
        const add = async (origin: string, size = 5) =>
          witness.add(0, [], await log.checkpoint(size, signerOf(origin)));
        expect((await add(LOG)).status).toBe(200);
        expect((await add(`${LOG}/epoch/2`, 3)).status).toBe(200);
        expect((await add(`${LOG}/epoch/17`, 4)).status).toBe(200);
        expect(await add(`${LOG}/epoch/2`, 9)).toMatchObject({ status: 409, text: "3\n" });
        // The first epoch is the log itself, and there is one way to write a number.
        for (const name of ["1", "0", "02", "-2", "2/epoch/3", "*", ""])
          expect((await add(`${LOG}/epoch/${name}`)).status, name).toBe(404);
        // Under the log's name and not the epoch's: another key, to a note.
        const note = await log.checkpoint(5, signerOf(LOG), `${LOG}/epoch/4`);
        expect((await witness.add(0, [], note)).status).toBe(403);
      },
    );
  });
});

it("a log may have several keys, as while one takes over from another", async () => {
  const [old, young] = [await noteSigner(LOG), await noteSigner(LOG)];
  await withWitness({ logs: { [LOG]: [old.vkey, young.vkey] } }, async (witness) => {
    expect((await witness.add(0, [], await log.checkpoint(4, old))).status).toBe(200);
    expect((await witness.add(4, log.consistency(4, 9), await log.checkpoint(9, young))).status).toBe(200);
  });
});

describe("a witness that is configured wrongly", () => {
  const cases: readonly [string, Omit<WitnessOptions, "jwk">, string][] = [
    ["no name", { logs: {}, name: "" }, "WITNESS_NAME is not a name"],
    ["a name with a space", { logs: {}, name: "my witness" }, "WITNESS_NAME is not a name"],
    ["no key", { logs: {}, vars: { WITNESS_SIGNING_KEY: "" } }, "WITNESS_SIGNING_KEY is not a private"],
    ["logs that are no JSON", { logs: {}, vars: { LOGS: "gw.test" } }, "LOGS is not a JSON object"],
    ["logs in an array", { logs: {}, vars: { LOGS: "[]" } }, "LOGS is not a JSON object"],
    ["a log without keys", { logs: { [LOG]: [] } }, `LOGS: ${LOG} needs an array`],
    ["a key that is none", { logs: { [LOG]: ["gw.test+00000000+AQ=="] } }, `LOGS: ${LOG} needs an array`],
  ];
  it.each(cases)("with %s says so, and cosigns nothing", async (_, options, message) => {
    await withWitness(options, async (witness) => {
      const page = await fetch(witness.url);
      expect(page.status).toBe(500);
      expect(await page.text()).toContain(message);
      expect((await witness.post("old 0\n\n")).status).toBe(500);
    });
  });

  it("with halves of two keys says so, and nothing of them", async () => {
    const [a, b] = [await generateJwk(), await generateJwk()];
    await withWitness(
      { logs: {}, vars: { WITNESS_SIGNING_KEY: JSON.stringify({ ...a, d: b.d }) } },
      async (witness) => {
        const text = await (await fetch(witness.url)).text();
        // Some runtimes refuse to import such a pair.
        expect(text).toContain("WITNESS_SIGNING_KEY: x is not the public half of d.");
        expect(text).not.toContain(b.d);
      },
    );
  });

  it("with a witness' key for a log's, or one of another log for every epoch, says so", async () => {
    const other = await noteSigner("gw.test/t/2");
    await withWitness({ logs: { [`${LOG}/epoch/*`]: [other.vkey] } }, async (witness) => {
      expect(await (await fetch(witness.url)).text()).toContain(`needs verifier keys whose name is ${LOG}.`);
      await withWitness({ logs: { [LOG]: [witness.vkey] } }, async (second) =>
        expect((await fetch(second.url)).status).toBe(500),
      );
    });
  });
});
