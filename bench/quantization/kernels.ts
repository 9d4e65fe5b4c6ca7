// `npx tsx bench/quantization/kernels.ts [--json]`: products and convolutions of int8 in integers, requantisation
// included, beside the same in floats, by turns; of each the fastest block, as a busy machine only adds. What they
// compute is first compared with sums in plain integers. Exits with 1 where the ratio is below the bar.

import { emitKernel, elementCount, type Kernel, type PointerParameter, type Sizes } from '../../runtime/simd/kernel.ts';
import { f32_conv2d } from '../../runtime/simd/kernels/f32-conv2d.ts';
import { f32_depthwise_conv2d } from '../../runtime/simd/kernels/f32-depthwise-conv2d.ts';
import { f32_matmul } from '../../runtime/simd/kernels/f32-matmul.ts';
import { i8_conv2d } from '../../runtime/simd/kernels/i8-conv2d.ts';
import { i8_depthwise_conv2d } from '../../runtime/simd/kernels/i8-depthwise-conv2d.ts';
import { i8_matmul } from '../../runtime/simd/kernels/i8-matmul.ts';
import { PLAIN } from '../../runtime/simd/parts/reading.ts';
import { referenceOf } from '../../runtime/simd/references.ts';
import { allocate, instantiate } from '../../runtime/wasm/instantiate.ts';
import { ModuleBuilder } from '../../runtime/wasm/module.ts';
import { bytesPerElement, elementsAt, type ElementArray } from '../../runtime/wasm/pointer.ts';
import { measure, usualPatience } from '../shared/measure.ts';
import { uniform } from '../shared/random.ts';
import { tellRows } from '../shared/verdict.ts';

interface Pair {
  readonly what: string;
  readonly sizes: Sizes;
  /** Multiplications and additions. */
  readonly operations: number;
  readonly float: Kernel;
  readonly integer: Kernel;
  /** How many times faster, at least. */
  readonly bar: number;
}

const float = { activation: 'relu', start: 'bias', reading: PLAIN } as const;
const integer = { activation: 'relu', start: 'bias', output: 'i8', element: 'i8' } as const;
const zeros = { xZero: -128, yZero: -128 };

const product = (batch: number, inputs: number, outputs: number, bar = 1.4): Pair => ({
  what: `${batch} x ${inputs} x ${outputs}`,
  sizes: { batch, inputs, outputs, ...zeros },
  operations: 2 * batch * inputs * outputs,
  float: f32_matmul(float) as Kernel,
  integer: i8_matmul(integer) as Kernel,
  bar,
});

/** Of windows 3 x 3 around every pixel. */
const image = (side: number, channels: number): Sizes => ({
  ...{ batch: 1, height: side, width: side, channels, outHeight: side, outWidth: side },
  ...{ kernelHeight: 3, kernelWidth: 3, strideHeight: 1, strideWidth: 1, padTop: 1, padLeft: 1, ...zeros },
});

const convolution = (side: number, channels: number, filters: number): Pair => ({
  what: `${side} x ${side} x ${channels}, 3 x 3, ${filters} filters`,
  sizes: { ...image(side, channels), filters },
  operations: 2 * side * side * 9 * channels * filters,
  float: f32_conv2d(float) as Kernel,
  integer: i8_conv2d(integer) as Kernel,
  bar: 1.2,
});

const depthwise = (side: number, channels: number): Pair => ({
  what: `${side} x ${side} x ${channels}, 3 x 3, depthwise`,
  sizes: image(side, channels),
  operations: 2 * side * side * 9 * channels,
  float: f32_depthwise_conv2d(float) as Kernel,
  integer: i8_depthwise_conv2d(integer) as Kernel,
  // nine products an output: as much goes into requantisation
  bar: 0.8,
});

const pairs = [
  product(64, 784, 256),
  product(256, 256, 256),
  product(32, 784, 1024),
  product(128, 64, 64, 1.2),
  product(1, 784, 1024),
  convolution(16, 64, 64),
  convolution(12, 32, 64),
  depthwise(16, 64),
];

const PAGE = 65536;
const SCALES: Readonly<Record<string, number>> = { xScale: 0.002, yScale: 0.5 };

/** The kernel over a memory of its own, with seeded inputs; its first output, and what the reference makes there. */
async function ready(kernel: Kernel, sizes: Sizes) {
  const places = Object.entries(kernel.parameters).flatMap(([name, parameter]) =>
    parameter.kind === 'pointer' ? [{ name, parameter, count: elementCount(parameter, sizes) }] : [],
  );
  const bytesOf = ({ element }: PointerParameter, count: number): number =>
    Math.ceil((count * bytesPerElement(element)) / 64) * 64;
  const memory = allocate(
    Math.ceil(places.reduce((bytes, { parameter, count }) => bytes + bytesOf(parameter, count), 0) / PAGE),
  );
  const module = new ModuleBuilder();
  module.add({ ...emitKernel(kernel, 'simd128'), exported: true });
  const run = (await instantiate(module.encode(1), memory))[kernel.name] as (...args: number[]) => void;
  const random = uniform(1);
  const views: Record<string, ElementArray> = {};
  const args: Record<string, number> = {};
  let address = 0;
  for (const { name, parameter, count } of places) {
    const values = elementsAt(parameter.element, memory.buffer, address, count);
    const isInteger = parameter.element !== 'f32';
    if (parameter.access === 'in') {
      for (let i = 0; i < count; i++) values[i] = isInteger ? Math.floor(255 * random()) - 127 : random() - 0.5;
    }
    [views[name], args[name]] = [values, address];
    address += bytesOf(parameter, count);
  }
  const given = Object.keys(kernel.parameters).map((name) => args[name] ?? sizes[name] ?? SCALES[name]);
  const call = (): void => run(...given);
  call();
  const got = views.out.slice();
  referenceOf(kernel)({ ...sizes, ...SCALES, ...views } as never);
  if (got.some((value, at) => value !== views.out[at])) throw new Error(`${kernel.name} is not its reference`);
  return call;
}

async function* rows() {
  for (const { what, sizes, operations, float: one, integer: other, bar } of pairs) {
    const subjects = [{ call: await ready(one, sizes) }, { call: await ready(other, sizes) }];
    const [floats, integers] = await measure(subjects, { ...usualPatience, rounds: 60 });
    const [f32, i8] = [floats, integers].map(({ minMs }) => operations / minMs / 1e6);
    yield { what, f32, i8, ratio: i8 / f32, bar, holds: i8 / f32 >= bar };
  }
}

await tellRows(
  rows(),
  ({ what, f32, i8, ratio, bar, holds }) =>
    `${what.padEnd(34)} f32 ${f32.toFixed(1)}  int8 ${i8.toFixed(1)} Gop/s  ${ratio.toFixed(2)} times, ` +
    `wanted ${bar}${holds ? '' : '  FAILS'}`,
  process.argv.includes('--json'),
);
