// Runs one kernel on plain arrays: for tests of what a kernel means, beside the generic test of its bits.

import { elementCount, emitKernel, type Kernel, type Sizes } from '../../runtime/simd/kernel.ts';
import type { Features } from '../../runtime/wasm/features.ts';
import { ModuleBuilder } from '../../runtime/wasm/module.ts';

const PAGE = 65536;

type Arguments = Record<string, number | Float32Array>;

/** Calls the kernel; what it writes is copied back into the arrays. Scratch space is provided. */
export function call(kernel: Kernel, args: Arguments, features: Features = 'simd128'): void {
  let bytes = 16;
  const arrays: { given: Float32Array; address: number }[] = [];
  const values = Object.entries(kernel.parameters).map(([name, parameter]) => {
    if (parameter.kind !== 'pointer') return args[name] as number;
    const given = (args[name] as Float32Array | undefined) ?? new Float32Array(elementCount(parameter, args as Sizes));
    const address = bytes;
    bytes += given.byteLength;
    arrays.push({ given, address });
    return address;
  });

  const module = new ModuleBuilder();
  module.add({ ...emitKernel(kernel, features), exported: true });
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module.encode(1)), { onward: { memory } });
  for (const { given, address } of arrays) new Float32Array(memory.buffer, address).set(given);
  (instance.exports[kernel.name] as (...values: number[]) => void)(...values);
  for (const { given, address } of arrays) given.set(new Float32Array(memory.buffer, address, given.length));
}
