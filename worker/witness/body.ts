/** Reading a request's body within its bound. */

/** Null where there are more than `bytesMax`; what follows is not read. */
export async function readBody(request: Request, bytesMax: number): Promise<Uint8Array | null> {
  if (Number(request.headers.get("content-length")) > bytesMax) return null;
  const bytes = new Uint8Array(bytesMax);
  let length = 0;
  // A declared length saves reading; an absent or false one is caught by counting.
  for await (const piece of (request.body ?? []) as ReadableStream<Uint8Array>) {
    if (length + piece.length > bytesMax) return null;
    bytes.set(piece, length);
    length += piece.length;
  }
  return bytes.subarray(0, length);
}
