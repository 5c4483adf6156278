/** What bench/wasm/build.ts writes. */
declare module "#bench-modules" {
  export const shipped: Readonly<
    Record<string, { readonly raw: WebAssembly.Module; readonly bytes: ArrayBuffer }>
  >;
  export const micro: Readonly<
    Record<string, { readonly raw: WebAssembly.Module; readonly metered: WebAssembly.Module }>
  >;
  /** Cedar's own module. */
  export const cedar: WebAssembly.Module;
  /** A compiled Rego policy, where one was given. */
  export const opa: WebAssembly.Module | null;
  /** No OPA: see bench/wasm/opa-stand-in.ts. */
  export const opaStandIn: WebAssembly.Module;
}
