// A kernel in WebAssembly's text form, for reading and for golden tests.

import wabt from 'wabt';
import { emitKernel, type Kernel } from '../../runtime/simd/kernel.ts';
import type { Features } from '../../runtime/wasm/features.ts';
import { ModuleBuilder } from '../../runtime/wasm/module.ts';

export async function kernelText(kernel: Kernel, features: Features): Promise<string> {
  const builder = new ModuleBuilder();
  builder.add({ ...emitKernel(kernel, features), exported: true });
  const tools = await wabt();
  const module = tools.readWasm(builder.encode(0), { relaxed_simd: true });
  try {
    return module.toText({ foldExprs: true });
  } finally {
    module.destroy();
  }
}
