/** What an editor needs to understand a policy: AssemblyScript's types in the place of JavaScript's, and the SDK's. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SDK_FOLDER } from "../../policy-plugins/tools/assemble.ts";

/** Writes `build/tsconfig.json`, which the policy's own extends. Its paths are this machine's. */
export async function writeEditorFile(folder: string): Promise<void> {
  const config = {
    extends: fileURLToPath(import.meta.resolve("assemblyscript/std/assembly.json")),
    compilerOptions: {
      noEmit: true,
      // AssemblyScript's bool is a number, too; stricter checks are the compiler's own.
      strict: false,
      paths: {
        "countersign/sdk": [join(SDK_FOLDER, "index.ts")],
        "countersign/sdk/*": [join(SDK_FOLDER, "*.ts")],
      },
    },
  };
  await mkdir(join(folder, "build"), { recursive: true });
  await writeFile(join(folder, "build", "tsconfig.json"), `${JSON.stringify(config, null, 2)}\n`);
}
