/** The dispatcher's client in a real workerd: against the real witness, and against witnesses that answer whatever they like. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cosignedAt } from "../../core/ledger/tree/cosignature.ts";
import { formatSignature, type Note, parseNote } from "../../core/ledger/tree/note.ts";
import { verifyNoteSignature } from "../../core/ledger/tree/verify-signature.ts";
import { WITNESS_ANSWER_BYTES_MAX, WITNESS_TIMEOUT_MS } from "../../core/limits.ts";
import { generateJwk } from "../dispatcher/order.ts";
import { type NoteSigner, noteSigner, testLog } from "../harness/log.ts";
import { startWitness, type TestWitness } from "../harness/witness.ts";
import { startWitnessClient, type WitnessClient } from "../harness/witness-client.ts";
import { type Script, startScripted } from "./scripted.ts";

const answer =
  (status: number, text: string): Script =>
  ({ response }) =>
    void response.writeHead(status).end(text);

/** More than any client would want to hold. */
const ENDLESS: Script = ({ response }) => {
  const piece = Buffer.alloc(64 * 1024, "x");
  const fill = (): void => {
    while (!response.destroyed && response.write(piece));
  };
  response.on("drain", fill);
  fill();
};

const SCRIPTS = {
  good: async ({ self, other, text, response }) => {
    response.end(`${await other.line(text)}${await self.line(text)}`);
  },
  twice: async ({ self, text, response }) => {
    response.end(`${await self.line(text, 5)}${await self.line(text, 6)}`);
  },
  "others-only": async ({ other, text, response }) => void response.end(await other.line(text)),
  "others-signature": async ({ self, other, text, response }) => {
    const [theirs] = (parseNote(`${text}\n${await other.line(text)}`) as Note).signatures;
    const [mine] = (parseNote(`${text}\n${await self.line(text)}`) as Note).signatures;
    response.end(theirs && mine && formatSignature({ ...mine, bytes: theirs.bytes }));
  },
  "another-checkpoint": async ({ self, text, response }) =>
    void response.end(await self.line(text.replace(/\n\d+\n/, "\n1\n"))),
  "one-bad": async ({ self, text, response }) => {
    response.end(`${await self.line(text)}${await self.line(`${text}more\n`)}`);
  },
  "own-text": async ({ self, text, response }) => {
    response.end(`\u2014 a.test AAAAAAA=\n\n${await self.line(text)}`);
  },
  "no-line-feed": async ({ self, text, response }) => void response.end((await self.line(text)).trimEnd()),
  "then-endless": async (asked) => {
    asked.response.write(await asked.self.line(asked.text));
    ENDLESS(asked);
  },
  endless: ENDLESS,
  empty: answer(200, ""),
  html: answer(200, "<!doctype html>"),
  slow: ({ response }) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write("x"), 50);
    response.on("close", () => clearInterval(timer));
  },
  silent: () => undefined,
  reset: ({ response }) => void response.socket?.destroy(),
  redirect: ({ response }) => void response.writeHead(307, { location: "/good/add-checkpoint" }).end(),
  created: async ({ self, text, response }) => void response.writeHead(201).end(await self.line(text)),
  down: answer(503, ""),
  busy: answer(429, ""),
  forbidden: answer(403, "secret text"),
  unproven: answer(422, "secret text"),
  conflict: answer(409, "17\n"),
  "conflict-zero": answer(409, "0\n"),
  "conflict-empty": answer(409, ""),
  "conflict-word": answer(409, "seventeen\n"),
  "conflict-padded": answer(409, "017\n"),
  "conflict-negative": answer(409, "-1\n"),
  "conflict-float": answer(409, "1e3\n"),
  "conflict-large": answer(409, "90071992547409930\n"),
  "conflict-cut": answer(409, "17"),
  "conflict-more": answer(409, "17\n18\n"),
  "conflict-endless": ({ response, ...rest }) => {
    response.writeHead(409);
    ENDLESS({ response, ...rest });
  },
} satisfies Record<string, Script>;
/** Of one deployment: there are bounds. */
const SCRIPTS_PER_CLIENT = 12;

const log = testLog(40);
let signer: NoteSigner;
let witness: TestWitness;
let scripted: Awaited<ReturnType<typeof startScripted>>;
let scriptedClients: WitnessClient[];
let client: WitnessClient;

beforeAll(async () => {
  signer = await noteSigner("gw.test/t/1");
  [witness, scripted] = await Promise.all([
    startWitness({ jwk: await generateJwk(), logs: { "gw.test/t/1": [signer.vkey] } }),
    startScripted(SCRIPTS),
  ]);
  const { witnesses } = scripted;
  const parts = Array.from({ length: Math.ceil(witnesses.length / SCRIPTS_PER_CLIENT) }, (_, part) =>
    witnesses.slice(part * SCRIPTS_PER_CLIENT, (part + 1) * SCRIPTS_PER_CLIENT),
  );
  [client, ...scriptedClients] = (await Promise.all([
    startWitnessClient([witness], { ALLOWED_PRIVATE_ORIGINS: witness.origin, WITNESS_QUORUM: "1" }),
    ...parts.map((part) => startWitnessClient(part, { ALLOWED_PRIVATE_ORIGINS: scripted.origin })),
  ])) as [WitnessClient, ...WitnessClient[]];
}, 60_000);
afterAll(async () => {
  await Promise.all([client, ...(scriptedClients ?? [])].map((one) => one?.stop()));
  await witness?.stop();
  await scripted?.close();
});

const ask = async (oldSize: number, size: number, from = client, name = witness.key.name) =>
  from.addCheckpoint(name, {
    oldSize,
    proof: oldSize === 0 ? [] : log.consistency(oldSize, size),
    note: await log.checkpoint(size, signer),
  });

const askScripted = (script: keyof typeof SCRIPTS) => {
  const at = Math.floor(Object.keys(SCRIPTS).indexOf(script) / SCRIPTS_PER_CLIENT);
  return ask(0, 9, scriptedClients[at] as WitnessClient, `${script}.test/1`);
};

describe("the real witness", () => {
  it("is listed, with the quorum", async () => {
    expect(await client.list()).toEqual([{ name: "witness.test/1", vkey: witness.vkey }]);
    expect(await client.quorum()).toBe(1);
  });

  it("cosigns as the log grows, and its lines verify with its key over our checkpoint", async () => {
    for (const [from, to] of [
      [0, 5],
      [5, 5],
      [5, 23],
    ] as const) {
      const result = await ask(from, to);
      if (result.kind !== "cosigned") expect.fail(JSON.stringify(result));
      const note = parseNote((await log.checkpoint(to, signer)) + result.lines) as Note;
      expect(note.signatures).toHaveLength(2);
      expect(await cosignedAt(note, witness.key, verifyNoteSignature)).toBeGreaterThan(1_700_000_000);
    }
  });

  it("names the size that it cosigned last", async () => {
    expect(await ask(0, 30)).toEqual({ kind: "conflict", size: 23 });
    expect(await ask(12, 30)).toEqual({ kind: "conflict", size: 23 });
    expect(await ask(23, 30)).toMatchObject({ kind: "cosigned" });
  });

  it("refuses a fork, and a stranger's log", async () => {
    const fork = testLog(40, "fork");
    const note = await fork.checkpoint(35, signer);
    const proof = fork.consistency(30, 35);
    expect(await client.addCheckpoint(witness.key.name, { oldSize: 30, proof, note })).toEqual({
      kind: "refused",
      status: 422,
      reason: "The witness answered 422.",
    });
    const stranger = await noteSigner("gw.test/t/2");
    const theirs = { oldSize: 0, proof: [], note: await log.checkpoint(3, stranger) };
    expect(await client.addCheckpoint(witness.key.name, theirs)).toMatchObject({ status: 404 });
    const impostor = { ...theirs, note: await log.checkpoint(3, await noteSigner("gw.test/t/1")) };
    expect(await client.addCheckpoint(witness.key.name, impostor)).toMatchObject({ status: 403 });
  });
});

describe("nothing is sent", () => {
  it("to a witness that is not configured", async () => {
    expect(await ask(0, 3, client, "nobody.test/1")).toMatchObject({ kind: "refused", status: null });
  });

  it.each<[string, object]>([
    ["a note that is none", { note: "hello" }],
    ["a note that is no checkpoint", { note: "hello\n\n\u2014 gw.test/t/1 AAAAAAA=\n" }],
    [
      "a note without signatures",
      { note: "gw.test/t/1\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n" },
    ],
    ["a proof that is no base64", { proof: ["x\n\nhello"] }],
    ["a proof of 64 hashes", { proof: Array(64).fill("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=") }],
    ["a size that is none", { oldSize: -1 }],
    ["a size that is a text", { oldSize: "0\nx" }],
  ])("that holds %s", async (_, over) => {
    const request = { oldSize: 0, proof: [], note: await log.checkpoint(31, signer), ...over };
    const before = scripted.asked.length;
    const good = scriptedClients[0] as WitnessClient;
    expect(await good.addCheckpoint("good.test/1", request)).toMatchObject({ kind: "refused", status: null });
    expect(scripted.asked.length).toBe(before);
  });
});

describe("a witness that answers as it likes", () => {
  it("is kept to its own lines", async () => {
    const text = (parseNote(await log.checkpoint(9, signer)) as Note).text;
    const expected = await scripted.selfOf("good").line(text);
    expect(await askScripted("good")).toEqual({ kind: "cosigned", lines: expected });
    const twice = await askScripted("twice");
    expect(twice.kind === "cosigned" && twice.lines.split("\n")).toHaveLength(3);
  });

  it.each([
    "others-only",
    "others-signature",
    "another-checkpoint",
    "one-bad",
    "own-text",
    "no-line-feed",
    "endless",
    "empty",
    "html",
  ] as const)("has cosigned nothing with %s", async (script) => {
    expect(await askScripted(script)).toEqual({
      kind: "refused",
      status: 200,
      reason: "The witness answered 200 without a good cosignature by its key.",
    });
  });

  it("is read to its bound", async () => {
    const text = (parseNote(await log.checkpoint(9, signer)) as Note).text;
    const lines = await scripted.selfOf("then-endless").line(text);
    expect(await askScripted("then-endless")).toEqual({ kind: "cosigned", lines });
    expect(await askScripted("conflict-endless")).toMatchObject({ kind: "refused", status: 409 });
    for (const name of ["then-endless", "conflict-endless", "endless"]) {
      await expect.poll(() => scripted.sent.has(name)).toBe(true);
      // What was written until the connection ended stood in the buffers of two kernels and of workerd.
      expect(scripted.sent.get(name)).toBeLessThan(16 * 1024 * 1024);
    }
    expect(WITNESS_ANSWER_BYTES_MAX).toBe(4096);
  });

  it(
    "is given up in time, whether it says nothing or never comes to an end",
    async () => {
      const started = Date.now();
      const results = await Promise.all([askScripted("slow"), askScripted("silent")]);
      expect(Date.now() - started).toBeLessThan(WITNESS_TIMEOUT_MS + 3_000);
      // The status of the one had come; its lines had not.
      expect(results).toMatchObject([{ kind: "refused", status: 200 }, { kind: "unreachable" }]);
    },
    WITNESS_TIMEOUT_MS + 10_000,
  );

  it("leads nowhere else", async () => {
    scripted.asked.length = 0;
    expect(await askScripted("redirect")).toMatchObject({ kind: "refused", status: 307 });
    expect(scripted.asked).toEqual(["redirect"]);
    expect(await askScripted("created")).toMatchObject({ kind: "refused", status: 201 });
  });

  it.each(["reset", "down", "busy"] as const)("may be asked again where it is %s", async (script) => {
    expect(await askScripted(script)).toMatchObject({ kind: "unreachable" });
  });

  it.each([
    ["forbidden", 403],
    ["unproven", 422],
  ] as const)("that says %s is quoted by status only", async (script, status) => {
    const reason = `The witness answered ${status}.`;
    expect(await askScripted(script)).toEqual({ kind: "refused", status, reason });
  });

  it("names a size in one way", async () => {
    expect(await askScripted("conflict")).toEqual({ kind: "conflict", size: 17 });
    expect(await askScripted("conflict-zero")).toEqual({ kind: "conflict", size: 0 });
    const bad = ["empty", "word", "padded", "negative", "float", "large", "cut", "more"] as const;
    for (const each of bad)
      expect(await askScripted(`conflict-${each}`), each).toEqual({
        kind: "refused",
        status: 409,
        reason: "The witness answered 409 without a size.",
      });
  });
});

describe("the addresses of witnesses", () => {
  it("are public ones where no other is allowed", async () => {
    const production = await startWitnessClient([witness]);
    try {
      const message = `WITNESSES: witness.test/1 cannot be asked at its url. The endpoint is not an https URL.`;
      await expect(production.list()).rejects.toThrow(message);
      await expect(ask(0, 3, production)).rejects.toThrow(message);
    } finally {
      await production.stop();
    }
  });
});
