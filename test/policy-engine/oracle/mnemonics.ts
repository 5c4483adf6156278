/** Names of WebAssembly's instructions, in the order of their opcodes, as its specification and wabt write them. */

const INTEGER_COMPARISONS = "eqz eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u";
const FLOAT_COMPARISONS = "eq ne lt gt le ge";
const INTEGER_ARITHMETIC =
  "clz ctz popcnt add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr";
const FLOAT_ARITHMETIC = "abs neg ceil floor trunc nearest sqrt add sub mul div min max copysign";

const names = new Map<number, string>();
const put = (from: number, list: string, prefix = "") => {
  for (const [index, name] of list.split(" ").entries()) names.set(from + index, prefix + name);
};

put(0x00, "unreachable nop block loop if else");
put(0x0b, "end br br_if br_table return call call_indirect");
put(0x1a, "drop select");
put(0x20, "local.get local.set local.tee global.get global.set");
put(0x28, "i32.load i64.load f32.load f64.load i32.load8_s i32.load8_u i32.load16_s i32.load16_u");
put(0x30, "i64.load8_s i64.load8_u i64.load16_s i64.load16_u i64.load32_s i64.load32_u");
put(
  0x36,
  "i32.store i64.store f32.store f64.store i32.store8 i32.store16 i64.store8 i64.store16 i64.store32",
);
put(0x3f, "memory.size memory.grow i32.const i64.const f32.const f64.const");
put(0x45, INTEGER_COMPARISONS, "i32.");
put(0x50, INTEGER_COMPARISONS, "i64.");
put(0x5b, FLOAT_COMPARISONS, "f32.");
put(0x61, FLOAT_COMPARISONS, "f64.");
put(0x67, INTEGER_ARITHMETIC, "i32.");
put(0x79, INTEGER_ARITHMETIC, "i64.");
put(0x8b, FLOAT_ARITHMETIC, "f32.");
put(0x99, FLOAT_ARITHMETIC, "f64.");
put(0xa7, "i32.wrap_i64 i32.trunc_f32_s i32.trunc_f32_u i32.trunc_f64_s i32.trunc_f64_u");
put(
  0xac,
  "i64.extend_i32_s i64.extend_i32_u i64.trunc_f32_s i64.trunc_f32_u i64.trunc_f64_s i64.trunc_f64_u",
);
put(0xb2, "f32.convert_i32_s f32.convert_i32_u f32.convert_i64_s f32.convert_i64_u f32.demote_f64");
put(0xb7, "f64.convert_i32_s f64.convert_i32_u f64.convert_i64_s f64.convert_i64_u f64.promote_f32");
put(0xbc, "i32.reinterpret_f32 i64.reinterpret_f64 f32.reinterpret_i32 f64.reinterpret_i64");
put(0xc0, "i32.extend8_s i32.extend16_s i64.extend8_s i64.extend16_s i64.extend32_s");
put(0xfc0a, "memory.copy memory.fill");

export function mnemonicOf(op: number): string {
  const name = names.get(op);
  if (name === undefined) throw new Error(`an instruction of opcode 0x${op.toString(16)}`);
  return name;
}
