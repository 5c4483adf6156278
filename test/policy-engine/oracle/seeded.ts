import { Random } from "../random.ts";

/** Neighbouring seeds would begin alike; multiplied, they lie far apart. */
export const seeded = (seed: number): Random => new Random(Math.imul(seed + 1, 0x9e3779b1));
