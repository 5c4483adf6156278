import { describe, expect, it } from "vitest";
import { readBody } from "../../worker/witness/body.ts";

const BOUND = 10;

/** Sent in pieces without a declared length; tells how many were taken. */
function inPieces(...sizes: readonly number[]) {
  let taken = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const size = sizes[taken++];
        if (size === undefined) controller.close();
        else controller.enqueue(new Uint8Array(size).fill(taken));
      },
    },
    { highWaterMark: 0 },
  );
  const request = new Request("http://witness.test/", {
    method: "POST",
    body,
    duplex: "half",
  } as RequestInit);
  return { read: () => readBody(request, BOUND), taken: () => taken };
}

describe("a body", () => {
  it.each([[[]], [[3]], [[3, 7]], [[10]], [[1, 0, 9]]])("of pieces %j is read whole", async (sizes) => {
    const bytes = await inPieces(...sizes).read();
    expect([...(bytes ?? [])]).toEqual(sizes.flatMap((size, at) => Array(size).fill(at + 1)));
  });

  it.each([[[11]], [[10, 1]], [[5, 5, 5, 5]]])("of pieces %j is too large", async (sizes) => {
    const { read, taken } = inPieces(...sizes);
    expect(await read()).toBe(null);
    expect(taken()).toBeLessThanOrEqual(3);
  });

  it("that is declared too large is not begun", async () => {
    const request = new Request("http://witness.test/", {
      method: "POST",
      headers: { "content-length": "11" },
      body: "x",
    });
    expect(await readBody(request, BOUND)).toBe(null);
    expect(request.bodyUsed).toBe(false);
  });

  it("that is not there is empty", async () => {
    expect(await readBody(new Request("http://witness.test/", { method: "POST" }), BOUND)).toHaveLength(0);
  });
});
