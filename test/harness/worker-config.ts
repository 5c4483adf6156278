/** What the engine needs of a wrangler configuration, so that tests run what is deployed and not a second description of it. */
import { unstable_readConfig } from "wrangler";

export interface ServiceBinding {
  readonly binding: string;
  readonly service: string;
  readonly entrypoint?: string;
}

export interface WorkerConfig {
  readonly name: string;
  readonly compatibilityDate: string;
  readonly compatibilityFlags: readonly string[];
  readonly vars: Readonly<Record<string, string>>;
  readonly services: readonly ServiceBinding[];
  readonly durableObjects: readonly { readonly binding: string; readonly className: string }[];
  /** Every class with SQLite storage. */
  readonly sqliteClasses: readonly string[];
  readonly workerLoaders: readonly string[];
  readonly r2Buckets: readonly string[];
}

/** As wrangler's own types say, were the package that they come from installed. */
interface RawConfig {
  readonly name?: string;
  readonly compatibility_date?: string;
  readonly compatibility_flags: readonly string[];
  readonly vars: Readonly<Record<string, unknown>>;
  readonly services?: readonly ServiceBinding[];
  readonly durable_objects: {
    readonly bindings: readonly { readonly name: string; readonly class_name: string }[];
  };
  readonly migrations: readonly { readonly new_sqlite_classes?: readonly string[] }[];
  readonly worker_loaders: readonly { readonly binding: string }[];
  readonly r2_buckets: readonly { readonly binding: string }[];
}

export function readWorkerConfig(path: string): WorkerConfig {
  const config: RawConfig = unstable_readConfig({ config: path }, { hideWarnings: true });
  if (config.name === undefined || config.compatibility_date === undefined) {
    throw new Error(`${path} has no name or no compatibility date.`);
  }
  return {
    name: config.name,
    compatibilityDate: config.compatibility_date,
    compatibilityFlags: config.compatibility_flags,
    vars: Object.fromEntries(Object.entries(config.vars).map(([name, value]) => [name, String(value)])),
    services: (config.services ?? []).map(({ binding, service, entrypoint }) => ({
      binding,
      service,
      ...(entrypoint === undefined ? {} : { entrypoint }),
    })),
    durableObjects: config.durable_objects.bindings.map(({ name, class_name }) => ({
      binding: name,
      className: class_name,
    })),
    sqliteClasses: config.migrations.flatMap(({ new_sqlite_classes }) => new_sqlite_classes ?? []),
    workerLoaders: config.worker_loaders.map(({ binding }) => binding),
    r2Buckets: config.r2_buckets.map(({ binding }) => binding),
  };
}
