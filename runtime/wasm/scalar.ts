// The scalar instructions the emitter uses, by their names in the WebAssembly specification where TypeScript allows it.
// Each is a constant of its own: bundlers put the number in its place.

export const loop = 0x03;
export const ifThen = 0x04;
export const otherwise = 0x05;
export const end = 0x0b;
export const brIf = 0x0d;
export const call = 0x10;
export const select = 0x1b;
export const localGet = 0x20;
export const localSet = 0x21;
export const i32Const = 0x41;
export const f32Const = 0x43;
export const i32Load = 0x28;
export const f32Load = 0x2a;
export const i32Load8Signed = 0x2c;
export const i32Load8Unsigned = 0x2d;
export const i32Load16Signed = 0x2e;
export const i32Store = 0x36;
export const f32Store = 0x38;
export const i32Store8 = 0x3a;
export const i32Store16 = 0x3b;
export const eqz = 0x45;
export const divUnsigned = 0x6e;
export const remUnsigned = 0x70;
export const i32And = 0x71;
export const i32Or = 0x72;
export const i32Shl = 0x74;
export const truncToI32 = 0xa8;
export const i32ToF32 = 0xb2;
export const reinterpretToI32 = 0xbc;
export const reinterpretToF32 = 0xbe;
export const i64Mul = 0x7e;
export const i64ShrUnsigned = 0x88;
export const i64Const = 0x42;
export const wrap = 0xa7;
export const extendUnsigned = 0xad;
