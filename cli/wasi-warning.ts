/** Extism's SDK loads Node's WASI, which warns of being experimental; no policy is ever given it. */

/** The warning comes a tick after the import, so that the filter stays. */
export function withoutWasiWarning<T>(load: () => Promise<T>): Promise<T> {
  const { emitWarning } = process;
  process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
    if (!String(warning).startsWith("WASI is an experimental"))
      Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
  return load();
}
