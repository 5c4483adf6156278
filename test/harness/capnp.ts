/** The configuration of a bare `workerd serve`, in Cap'n Proto's text form (node_modules/workerd/workerd.capnp). */
import { readdirSync } from "node:fs";
import type { WorkerName } from "../../cli/demo/secrets.ts";
import type { Bundles } from "./bundle.ts";

export interface EngineConfig {
  readonly bundles: Bundles;
  /** Variables and secrets of each Worker, over those in its wrangler configuration. */
  readonly vars: Readonly<Record<WorkerName, Readonly<Record<string, string>>>>;
  readonly address: string;
  /** Where the Durable Objects' files lie. */
  readonly storage: string;
  /** Where each Worker's modules lie, relative to the configuration. */
  readonly modules: (worker: WorkerName) => string;
  /** Gates beside the first, each in an isolate and on a port of its own, with the same objects. */
  readonly moreGates: number;
  /** Bindings of the gate behind which nobody answers. */
  readonly unreachable?: readonly string[];
  /** host:port of what stands in R2's place; without it no bucket is bound. */
  readonly store?: string | undefined;
}

const MODULE_KINDS: Readonly<Record<string, string>> = {
  js: "esModule",
  mjs: "esModule",
  wasm: "wasm",
  txt: "text",
  html: "text",
  css: "text",
  bin: "data",
};

export function formatEngineConfig(config: EngineConfig): string {
  const { bundles } = config;
  const gate = bundles.gate.config.name;
  const moreGates = Array.from({ length: config.moreGates }, (_, index) => `${gate}-${index + 2}`);
  const workers = [
    ...(Object.keys(bundles) as WorkerName[]).map((worker) =>
      formatWorker(worker, bundles[worker].config.name, config),
    ),
    ...moreGates.map((name) => formatWorker("gate", name, config)),
  ];
  const sockets = [gate, ...moreGates].map((service, index) => {
    const address = index === 0 ? config.address : config.address.replace(/:\d+$/, ":0");
    return `(name = ${quote(socketName(index))}, address = ${quote(address)}, http = (), service = ${quote(service)})`;
  });
  const store =
    config.store === undefined
      ? ""
      : `(name = "store", external = (address = ${quote(config.store)}, http = ())),`;
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    ${workers.join(",\n    ")},
    (name = "outside", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true))),
    (name = "nowhere", network = (allow = [])),
    ${store}
    (name = "storage", disk = (path = ${quote(config.storage)}, writable = true)),
  ],
  sockets = [${sockets.join(", ")}],
);
`;
}

/** By which workerd names a gate's port; the first is 0. */
export const socketName = (gate: number): string => (gate === 0 ? "http" : `http-${gate + 1}`);

/** `name` other than the bundle's: another instance of the Worker, whose objects are the first one's. */
function formatWorker(worker: WorkerName, name: string, config: EngineConfig): string {
  const bundle = config.bundles[worker];
  const { compatibilityDate, compatibilityFlags, sqliteClasses } = bundle.config;
  const owner = name === bundle.config.name ? null : bundle.config.name;
  const namespaces = (owner === null ? sqliteClasses : []).map(
    (className) =>
      `(className = ${quote(className)}, uniqueKey = ${quote(`${name}-${className}`)}, enableSql = true)`,
  );
  return `(name = ${quote(name)}, worker = (
      modules = [${listModules(bundle.folder, config.modules(worker)).join(", ")}],
      compatibilityDate = ${quote(compatibilityDate)},
      compatibilityFlags = [${compatibilityFlags.map(quote).join(", ")}],
      bindings = [${formatBindings(worker, config, owner).join(", ")}],
      globalOutbound = "${worker === "dispatcher" ? "outside" : "nowhere"}",
      ${namespaces.length > 0 ? `durableObjectNamespaces = [${namespaces.join(", ")}], durableObjectStorage = (localDisk = "storage"),` : ""}
    ))`;
}

/** index.js first: the first module is the main one. */
export function moduleFiles(folder: string): string[] {
  const files = readdirSync(folder).filter((file) => kindOf(file) !== undefined);
  return ["index.js", ...files.filter((file) => file !== "index.js")];
}

function listModules(folder: string, relative: string): string[] {
  return moduleFiles(folder).map(
    (file) => `(name = ${quote(file)}, ${kindOf(file)} = embed ${quote(`${relative}/${file}`)})`,
  );
}

const kindOf = (file: string): string | undefined => MODULE_KINDS[file.split(".").at(-1) ?? ""];

function formatBindings(
  worker: WorkerName,
  { bundles, vars, unreachable = [], store }: EngineConfig,
  owner: string | null,
): string[] {
  const { config } = bundles[worker];
  return [
    ...Object.entries({ ...config.vars, ...vars[worker] }).map(
      ([name, value]) => `(name = ${quote(name)}, text = ${quote(value)})`,
    ),
    ...config.services.map(({ binding, service, entrypoint }) => {
      if (unreachable.includes(binding)) return `(name = ${quote(binding)}, service = (name = "nowhere"))`;
      const entry = entrypoint === undefined ? "" : `, entrypoint = ${quote(entrypoint)}`;
      return `(name = ${quote(binding)}, service = (name = ${quote(service)}${entry}))`;
    }),
    ...config.durableObjects.map(({ binding, className }) => {
      const namespace =
        owner === null
          ? quote(className)
          : `(className = ${quote(className)}, serviceName = ${quote(owner)})`;
      return `(name = ${quote(binding)}, durableObjectNamespace = ${namespace})`;
    }),
    ...(store === undefined ? [] : config.r2Buckets).map(
      (binding) => `(name = ${quote(binding)}, r2Bucket = (name = "store"))`,
    ),
    ...config.workerLoaders.map((binding) => `(name = ${quote(binding)}, workerLoader = ())`),
  ];
}

/** A Cap'n Proto string: bytes outside printable ASCII as \xHH. */
function quote(text: string): string {
  const bytes = Array.from(new TextEncoder().encode(text), (byte) => {
    if (byte === 0x22 || byte === 0x5c) return `\\${String.fromCharCode(byte)}`;
    return byte >= 0x20 && byte < 0x7f
      ? String.fromCharCode(byte)
      : `\\x${byte.toString(16).padStart(2, "0")}`;
  });
  return `"${bytes.join("")}"`;
}
