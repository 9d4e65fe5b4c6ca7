// Conversions that no instruction of WebAssembly 1.0 makes alone.

import { expect, test } from 'vitest';
import { Emitter } from '../../runtime/wasm/emitter.ts';
import { ModuleBuilder } from '../../runtime/wasm/module.ts';
import { toInt } from '../../runtime/wasm/values.ts';

/** `toInt` of every float, four at a time and then one by one. */
function truncated(floats: Float32Array, features: 'none' | 'simd128'): Int32Array {
  const k = new Emitter(features);
  const n = k.i32(floats.length);
  const [x, out] = [k.pointer('f32', k.i32(0)), k.pointer('i32', k.i32(floats.byteLength))];
  k.lanes(n, (i) => out.at(i).set(toInt(x.at(i))));
  const module = new ModuleBuilder();
  module.add(k.finish('run', true));
  const memory = new WebAssembly.Memory({ initial: 1 });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module.encode(1)), { onward: { memory } });
  new Float32Array(memory.buffer).set(floats);
  (instance.exports.run as () => void)();
  return new Int32Array(memory.buffer, floats.byteLength, floats.length);
}

const edges = [0, 0.5, 0.99999994, 1, 1.5, 16777217, 2 ** 31 - 128, 2 ** 31, 2 ** 31 + 256, 3e38, Infinity];
const floats = Float32Array.from([...edges, ...edges.map((x) => -x), NaN, -(2 ** 31) - 256, 1e-45]);

/** As the specification has it for `i32.trunc_sat_f32_s`. */
const saturating = (x: number): number => {
  const limited = Math.max(-(2 ** 31), Math.min(x, 2 ** 31 - 1));
  return Number.isNaN(limited) ? 0 : Math.trunc(limited);
};

test.each(['none', 'simd128'] as const)('toInt truncates, saturates, and makes 0 of NaN as %s', (features) => {
  const expected = Int32Array.from(floats, saturating);
  // each float in turn stands in every lane and in the tail
  for (let shift = 0; shift < floats.length; shift++) {
    const turned = (values: Float32Array | Int32Array) => [...values.slice(shift), ...values.slice(0, shift)];
    expect(truncated(Float32Array.from(turned(floats)), features)).toEqual(Int32Array.from(turned(expected)));
  }
});
