/** Commands under one name, such as those of `countersign policy`. */
import type { ArgsDef, CommandDef } from "citty";

/** A command, and what its --help says beside the options. */
export interface ExplainedCommand {
  readonly command: CommandDef<ArgsDef>;
  readonly more: string;
}

export interface CommandGroup {
  readonly commands: ReadonlyMap<string, CommandDef<ArgsDef>>;
  /** By the command's name: what its --help says beside the options. */
  readonly more: ReadonlyMap<string, string>;
}

export function groupOf(all: Readonly<Record<string, ExplainedCommand>>): CommandGroup {
  const entries = Object.entries(all);
  return {
    commands: new Map(entries.map(([name, { command }]) => [name, command])),
    more: new Map(entries.map(([name, { more }]) => [name, more])),
  };
}
