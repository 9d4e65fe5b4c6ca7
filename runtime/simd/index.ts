// All kernels, one line each: what the generic test, the benchmark and reference execution go through.
// Layers and rules import the kernel's own file instead, so that a bundle holds only what it uses.

export * as f32_matmul from './f32-matmul.ts';
export * as f32_matmul_bt from './f32-matmul-bt.ts';
export * as f32_matmul_update from './f32-matmul-update.ts';
