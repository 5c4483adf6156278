/** One run of something that is measured; what it answers is kept, so that nothing is optimised away. */
export type Step = () => unknown;

/** Made once, at the first request: what it takes to make them is no part of what is measured. */
export type Steps = () => Promise<Readonly<Record<string, Step>>>;

export interface Env {
  readonly LOADER: WorkerLoader;
}
