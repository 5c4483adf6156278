import { expect, it } from "vitest";
import { formatId, formatTimedId, ID_BYTES, isId } from "../../core/id.ts";

it("an id is its prefix and 22 base62 digits, of 16 bytes", () => {
  const random = new Uint8Array(ID_BYTES).fill(255);
  const id = formatId("act", random);
  expect(id).toBe("act_7n42DGM5Tflk9n8mt7Fhc7");
  expect(isId("act", id)).toBe(true);
  expect(formatId("apr", new Uint8Array(ID_BYTES))).toBe(`apr_${"0".repeat(22)}`);
  expect(formatId("act", new Uint8Array(20).fill(255))).toBe(id);
});

it("an id that begins with its time comes behind those made before, and keeps ten random bytes", () => {
  const times = [0, 1, 255, 256, 1_795_000_000_000, 1_795_000_000_001, 2 ** 48 - 1];
  const low = new Uint8Array(ID_BYTES);
  const high = new Uint8Array(ID_BYTES).fill(255);
  const ids = times.flatMap((time) => [formatTimedId("act", time, low), formatTimedId("act", time, high)]);
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every((id) => isId("act", id))).toBe(true);
  expect(high).toEqual(new Uint8Array(ID_BYTES).fill(255));
  expect(formatTimedId("act", 2 ** 48 - 1, high)).toBe(formatId("act", high));
});

it.each([
  "",
  "act_",
  "apr_7n42DGM5Tflk9n8mt7Fhc7",
  "act_7n42DGM5Tflk9n8mt7Fhc",
  "act_7n42DGM5Tflk9n8mt7Fhc77",
  "act_7n42DGM5Tflk9n8mt7Fh-7",
  "act_7n42DGM5Tflk9n8mt7Fhc7\n",
])("%j is no id of an action", (text) => expect(isId("act", text)).toBe(false));
