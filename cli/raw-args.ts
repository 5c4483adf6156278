/** What citty's parser leaves to us: repeated options, and options that do not exist. */
import type { ArgDef, ArgsDef } from "citty";
import { UsageError } from "./output.ts";

/** Every value of an option that may be repeated; citty keeps only the last. */
export function allValues(rawArgs: readonly string[], names: readonly string[]): string[] {
  const values: string[] = [];
  for (const [at, arg] of rawArgs.entries()) {
    if (arg === "--") break;
    const name = names.find((name) => arg === name || arg.startsWith(`${name}=`));
    if (name !== undefined) values.push(arg === name ? (rawArgs[at + 1] ?? "") : arg.slice(name.length + 1));
  }
  return values;
}

/** A mistyped option must not be passed over in silence: `--kye` would verify with fewer keys than meant. */
export function refuseUnknown(rawArgs: readonly string[], args: ArgsDef): void {
  let positionals = Object.values(args).filter(({ type }) => type === "positional").length;
  for (let at = 0; at < rawArgs.length; at++) {
    const arg = rawArgs[at] ?? "";
    if (arg === "--") return;
    if (arg === "-" || !arg.startsWith("-")) {
      if (positionals-- === 0) throw new UsageError(`one argument too many: ${arg}`);
      continue;
    }
    const [flag = "", value] = arg.split(/=(.*)/s);
    const option = Object.entries(args).find(([name, arg]) => namesOf(name, arg).includes(flag));
    if (option === undefined) throw new UsageError(`there is no option ${flag}`);
    if (option[1].type === "boolean" || value !== undefined) continue;
    at++;
    if (rawArgs[at] === undefined) throw new UsageError(`${flag} needs a value`);
  }
}

function namesOf(name: string, arg: ArgDef): string[] {
  if (arg.type === "positional") return [];
  const alias = "alias" in arg ? [arg.alias ?? []].flat() : [];
  return [`--${name}`, ...alias.map((letter) => `-${letter}`)];
}
