/** The published policies of one bundle, in its order, each with its settings; the loader writes this module. */
export declare const policies: readonly {
  readonly execId: `sha256:${string}`;
  /** Canonical JSON. */
  readonly settings: string;
  /** Metered. */
  readonly module: WebAssembly.Module;
}[];
