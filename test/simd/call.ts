// Runs one kernel on plain arrays: for tests of what a kernel means, beside the generic test of its bits.

import { elementCount, emitKernel, type Kernel, type Sizes } from '../../runtime/simd/kernel.ts';
import type { Features } from '../../runtime/wasm/features.ts';
import { ModuleBuilder } from '../../runtime/wasm/module.ts';
import type { ElementArray } from '../../runtime/wasm/pointer.ts';

const PAGE = 65536;

type Arguments = Record<string, number | ElementArray>;

/** Calls the kernel; what it writes is copied back into the arrays. Scratch space is provided. */
export function call(kernel: Kernel, args: Arguments, features: Features = 'simd128'): void {
  let bytes = 16;
  const arrays: { given: Uint8Array; address: number }[] = [];
  const values = Object.entries(kernel.parameters).map(([name, parameter]) => {
    if (parameter.kind !== 'pointer') return args[name] as number;
    const array = args[name] as ElementArray | undefined;
    const scratch = 4 * elementCount(parameter, args as Sizes);
    const given = array ? new Uint8Array(array.buffer, array.byteOffset, array.byteLength) : new Uint8Array(scratch);
    const address = bytes;
    bytes += given.length;
    arrays.push({ given, address });
    return address;
  });

  const module = new ModuleBuilder();
  module.add({ ...emitKernel(kernel, features), exported: true });
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module.encode(1)), { onward: { memory } });
  const memoryBytes = new Uint8Array(memory.buffer);
  for (const { given, address } of arrays) memoryBytes.set(given, address);
  (instance.exports[kernel.name] as (...values: number[]) => void)(...values);
  for (const { given, address } of arrays) given.set(memoryBytes.subarray(address, address + given.length));
}
