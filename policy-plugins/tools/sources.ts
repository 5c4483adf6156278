// Finds the policies of this folder: every folder with a manifest, and the fixtures likewise.

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "..");

export interface PolicySource {
  name: string;
  /** Relative to policy-plugins/. */
  folder: string;
  fixture: boolean;
  /** Exports configure and evaluate itself, instead of through sdk/entry.ts. */
  raw: boolean;
  /** Of everything that the compiled bytes depend on. */
  stamp: string;
}

function foldersWithManifest(under: string): string[] {
  return readdirSync(join(root, under))
    .sort()
    .map((name) => join(under, name))
    .filter((folder) => existsSync(join(root, folder, "manifest.json")));
}

function sourcesOf(folder: string): string[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".ts"))
    .sort()
    .map((name) => join(folder, name));
}

function stampOf(files: string[], seed: string): string {
  const hash = createHash("sha256").update(seed);
  for (const file of files) {
    const bytes = readFileSync(join(root, file));
    hash.update(`\n${file} ${bytes.length}\n`).update(bytes);
  }
  return hash.digest("hex");
}

/** `seed`: what else decides the bytes, such as the compiler's version. */
export function findPolicies(seed: string): PolicySource[] {
  const shared = stampOf([...sourcesOf("sdk"), ...sourcesOf("fixtures")], seed);
  return [...foldersWithManifest("."), ...foldersWithManifest("fixtures")].map((folder) => {
    const files = sourcesOf(folder);
    return {
      name: folder.split("/").at(-1) as string, // split never answers an empty list
      folder,
      fixture: folder.startsWith("fixtures/"),
      raw: files.some((file) => file.endsWith("/raw.ts")),
      stamp: stampOf(files, shared),
    };
  });
}
