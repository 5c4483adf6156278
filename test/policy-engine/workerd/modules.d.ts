/** Written beside the bundle by the test: each module under its name. */
export const modules: ReadonlyMap<string, WebAssembly.Module>;
