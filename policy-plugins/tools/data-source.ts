/** Bytes as a constant of AssemblyScript, in few literals: each takes the compiler time. */
export function dataSource(name: string, comment: string, bytes: Uint8Array): string {
  const padded = new Uint8Array((bytes.length + 7) & ~7);
  padded.set(bytes);
  const view = new DataView(padded.buffer);
  const literals = Array.from(
    { length: padded.length / 8 },
    (_, i) => `0x${view.getBigUint64(i * 8, true).toString(16)}`,
  );
  const lines: string[] = [];
  for (let at = 0; at < literals.length; at += 6) lines.push(`  ${literals.slice(at, at + 6).join(", ")},`);
  return `${comment}\nexport const ${name}: usize = memory.data<u64>([\n${lines.join("\n")}\n]);\n`;
}
