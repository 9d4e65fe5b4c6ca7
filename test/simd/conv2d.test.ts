// What the convolution and pooling kernels mean: forward passes against their definitions in double precision,
// gradients against finite differences of those definitions, which share no code with the kernels or their references.

import { describe, expect, test } from 'vitest';
import { f32_average_pool } from '../../runtime/simd/kernels/f32-average-pool.ts';
import { f32_average_pool_gradient } from '../../runtime/simd/kernels/f32-average-pool-gradient.ts';
import { f32_conv2d } from '../../runtime/simd/kernels/f32-conv2d.ts';
import { f32_conv2d_input_gradient } from '../../runtime/simd/kernels/f32-conv2d-input-gradient.ts';
import { f32_conv2d_weight_gradient } from '../../runtime/simd/kernels/f32-conv2d-weight-gradient.ts';
import { f32_depthwise_conv2d } from '../../runtime/simd/kernels/f32-depthwise-conv2d.ts';
import { f32_depthwise_conv2d_input_gradient } from '../../runtime/simd/kernels/f32-depthwise-conv2d-input-gradient.ts';
import { f32_depthwise_conv2d_weight_gradient } from '../../runtime/simd/kernels/f32-depthwise-conv2d-weight-gradient.ts';
import { f32_max_pool } from '../../runtime/simd/kernels/f32-max-pool.ts';
import { f32_max_pool_gradient } from '../../runtime/simd/kernels/f32-max-pool-gradient.ts';
import type { Sizes } from '../../runtime/simd/kernel.ts';
import { PANEL, panelCount, panelElements, panelIndex } from '../../runtime/simd/parts/panels.ts';
import { streamKey, uniformFromWord, wordReader } from '../../runtime/simd/parts/philox.ts';
import { PLAIN } from '../../runtime/simd/parts/reading.ts';
import { filterCases } from '../../runtime/simd/cases/window.ts';
import { call } from './call.ts';

/** Largest error of a sum of some hundred products of numbers below 1. */
const ROUNDING = 1e-5;
/** Of the differences: all functions here are linear but for the maximum, whose kinks are further apart than this. */
const STEP = 2 ** -20;

/** One meeting of a window with a pixel of the image: numbers of the output pixel, the input pixel and the tap. */
interface Meeting {
  readonly out: number;
  readonly in: number;
  readonly tap: number;
}

function meetings(s: Sizes): Meeting[] {
  const found: Meeting[] = [];
  for (let out = 0; out < outputPixels(s); out++) {
    const [row, x] = [Math.floor(out / s.outWidth), out % s.outWidth];
    const [b, y] = [Math.floor(row / s.outHeight), row % s.outHeight];
    for (let tap = 0; tap < taps(s); tap++) {
      const inY = y * s.strideHeight + Math.floor(tap / s.kernelWidth) - s.padTop;
      const inX = x * s.strideWidth + (tap % s.kernelWidth) - s.padLeft;
      if (inY < 0 || inY >= s.height || inX < 0 || inX >= s.width) continue;
      found.push({ out, in: (b * s.height + inY) * s.width + inX, tap });
    }
  }
  return found;
}

const inputPixels = (s: Sizes): number => s.batch * s.height * s.width;
const outputPixels = (s: Sizes): number => s.batch * s.outHeight * s.outWidth;
const taps = (s: Sizes): number => s.kernelHeight * s.kernelWidth;

type Vector = ArrayLike<number>;

function convolve(s: Sizes, x: Vector, weight: Vector): Float64Array {
  const out = new Float64Array(outputPixels(s) * s.filters);
  for (const meeting of meetings(s)) {
    for (let c = 0; c < s.channels; c++) {
      for (let o = 0; o < s.filters; o++) {
        const factor = weight[(meeting.tap * s.channels + c) * s.filters + o];
        out[meeting.out * s.filters + o] += x[meeting.in * s.channels + c] * factor;
      }
    }
  }
  return out;
}

function convolveByChannel(s: Sizes, x: Vector, weight: Vector): Float64Array {
  const out = new Float64Array(outputPixels(s) * s.channels);
  for (const meeting of meetings(s)) {
    for (let c = 0; c < s.channels; c++) {
      out[meeting.out * s.channels + c] += x[meeting.in * s.channels + c] * weight[meeting.tap * s.channels + c];
    }
  }
  return out;
}

/** The values under each window, one list for each output element. */
function windows(s: Sizes, x: Vector): number[][] {
  const lists = Array.from({ length: outputPixels(s) * s.channels }, (): number[] => []);
  for (const meeting of meetings(s)) {
    for (let c = 0; c < s.channels; c++) lists[meeting.out * s.channels + c].push(x[meeting.in * s.channels + c]);
  }
  return lists;
}

const maxPool = (s: Sizes, x: Vector): number[] => windows(s, x).map((values) => Math.max(...values));
const averagePool = (s: Sizes, x: Vector): number[] =>
  windows(s, x).map((values) => values.reduce((sum, value) => sum + value, 0) / values.length);

const dot = (a: Vector, b: Vector): number => Array.from(a).reduce((sum, value, i) => sum + value * b[i], 0);

/** The gradient of dot(f(v), dy) with respect to v, by central differences. */
function numericalGradient(f: (v: Vector) => Vector, at: Vector, dy: Vector): Float64Array {
  const moved = Float64Array.from(at);
  return moved.map((value, i) => {
    const [above, below] = [STEP, -STEP].map((step) => {
      moved[i] = value + step;
      return dot(f(moved), dy);
    });
    moved[i] = value;
    return (above - below) / (2 * STEP);
  });
}

/** Floats in [-1, 1), seeded by their name. */
function draw(name: string, count: number): Float32Array {
  const next = wordReader(1, streamKey(name), 0);
  return Float32Array.from({ length: count }, () => 2 * uniformFromWord(next()) - 1);
}

/** A matrix (rows, columns) in panels. */
function inPanels(matrix: Vector, rows: number, columns: number): Float32Array {
  const panels = new Float32Array(panelElements(rows, columns));
  for (let i = 0; i < rows * columns; i++) panels[panelIndex(rows, Math.floor(i / columns), i % columns)] = matrix[i];
  return panels;
}

function expectClose(got: Vector, want: Vector): void {
  expect(got.length).toBe(want.length);
  const worst = Array.from(want).reduce((most, value, i) => Math.max(most, Math.abs(got[i] - value)), 0);
  expect(worst).toBeLessThan(ROUNDING);
}

function conv2d(s: Sizes, x: Float32Array, weight: Float32Array, bias: Float32Array): Float32Array {
  const out = new Float32Array(outputPixels(s) * s.filters);
  const panels = inPanels(weight, taps(s) * s.channels, s.filters);
  call(f32_conv2d({ activation: 'relu', start: 'bias', reading: PLAIN }), {
    ...s,
    out,
    x,
    weight: panels,
    bias: inPanels(bias, 1, s.filters),
  });
  return out;
}

/** The linear convolution, whose sums begin with zero. */
function conv2dWithoutBias(s: Sizes, x: Float32Array, weight: Float32Array): Float32Array {
  const out = new Float32Array(outputPixels(s) * s.filters);
  const kernel = f32_conv2d({ activation: 'identity', start: 'zero', reading: PLAIN });
  call(kernel, { ...s, out, x, weight: inPanels(weight, taps(s) * s.channels, s.filters) });
  return out;
}

function conv2dInputGradient(s: Sizes, dz: Float32Array, weight: Float32Array): Float32Array {
  const dx = new Float32Array(inputPixels(s) * s.channels);
  const panels = inPanels(weight, taps(s) * s.channels, s.filters);
  call(f32_conv2d_input_gradient(PLAIN), { ...s, dx, dz, weight: panels });
  return dx;
}

/** The whole weight gradient, (rows, filters), as a caller puts it together: panel by panel, sample by sample. */
function conv2dWeightGradient(s: Sizes, x: Float32Array, dz: Float32Array): Float32Array {
  const [rows, positions] = [taps(s) * s.channels, s.outHeight * s.outWidth];
  const whole = new Float32Array(rows * s.filters);
  for (let panel = 0; panel < panelCount(s.filters); panel++) {
    const gradient = new Float32Array(rows * PANEL);
    const columns = Math.min(PANEL, s.filters - panel * PANEL);
    for (let b = 0; b < s.batch; b++) {
      const slice = new Float32Array(positions * PANEL);
      for (let i = 0; i < positions * columns; i++) {
        const [pixel, column] = [Math.floor(i / columns), i % columns];
        slice[pixel * PANEL + column] = dz[(b * positions + pixel) * s.filters + panel * PANEL + column];
      }
      const sample = x.subarray(b * s.height * s.width * s.channels, (b + 1) * s.height * s.width * s.channels);
      call(f32_conv2d_weight_gradient, { ...s, gradient, x: sample, dz: slice, dzStride: PANEL });
    }
    for (let i = 0; i < rows * columns; i++) {
      const [row, column] = [Math.floor(i / columns), i % columns];
      whole[row * s.filters + panel * PANEL + column] = gradient[row * PANEL + column];
    }
  }
  return whole;
}

const title = (s: Sizes): string =>
  `${s.height}x${s.width}x${s.channels}, window ${s.kernelHeight}x${s.kernelWidth}, ` +
  `stride ${s.strideHeight}x${s.strideWidth}, padding ${s.padTop} ${s.padLeft}`;

describe.each(filterCases.map((sizes) => [title(sizes), sizes] as const))('%s', (_, s) => {
  const x = draw('x', inputPixels(s) * s.channels);

  describe('conv2d', () => {
    const weight = draw('weight', taps(s) * s.channels * s.filters);
    const dz = draw('dz', outputPixels(s) * s.filters);

    test('adds the bias and applies the activation', () => {
      const bias = draw('bias', s.filters);
      const want = convolve(s, x, weight).map((sum, i) => Math.max(sum + bias[i % s.filters], 0));
      expectClose(conv2d(s, x, weight, bias), want);
    });

    test('without bias', () => {
      expectClose(conv2dWithoutBias(s, x, weight), convolve(s, x, weight));
    });

    test('input gradient', () => {
      expectClose(
        conv2dInputGradient(s, dz, weight),
        numericalGradient((v) => convolve(s, v, weight), x, dz),
      );
    });

    test('weight gradient', () => {
      expectClose(
        conv2dWeightGradient(s, x, dz),
        numericalGradient((v) => convolve(s, x, v), weight, dz),
      );
    });
  });

  describe('depthwiseConv2d', () => {
    const weight = draw('weight', taps(s) * s.channels);
    const dz = draw('dz', outputPixels(s) * s.channels);

    test('adds the bias and applies the activation', () => {
      const [bias, out] = [draw('bias', s.channels), new Float32Array(outputPixels(s) * s.channels)];
      const panels = { weight: inPanels(weight, taps(s), s.channels), bias: inPanels(bias, 1, s.channels) };
      call(f32_depthwise_conv2d({ activation: 'relu', start: 'bias', reading: PLAIN }), { ...s, out, x, ...panels });
      expectClose(
        out,
        convolveByChannel(s, x, weight).map((sum, i) => Math.max(sum + bias[i % s.channels], 0)),
      );
    });

    test('without bias', () => {
      const out = new Float32Array(outputPixels(s) * s.channels);
      const kernel = f32_depthwise_conv2d({ activation: 'identity', start: 'zero', reading: PLAIN });
      call(kernel, { ...s, out, x, weight: inPanels(weight, taps(s), s.channels) });
      expectClose(out, convolveByChannel(s, x, weight));
    });

    test('input gradient', () => {
      const dx = new Float32Array(x.length);
      const panels = inPanels(weight, taps(s), s.channels);
      call(f32_depthwise_conv2d_input_gradient(PLAIN), { ...s, dx, dz, weight: panels });
      expectClose(
        dx,
        numericalGradient((v) => convolveByChannel(s, v, weight), x, dz),
      );
    });

    test('weight gradient, added to what is there', () => {
      const before = draw('gradient', weight.length);
      const gradient = inPanels(before, taps(s), s.channels);
      call(f32_depthwise_conv2d_weight_gradient, { ...s, gradient, x, dz });
      const added = numericalGradient((v) => convolveByChannel(s, x, v), weight, dz);
      expectClose(
        gradient,
        inPanels(
          added.map((value, i) => before[i] + value),
          taps(s),
          s.channels,
        ),
      );
    });
  });

  describe('pooling', () => {
    const dy = draw('dy', outputPixels(s) * s.channels);
    const [out, dx] = [new Float32Array(dy.length), new Float32Array(x.length)];

    test('maximum and its gradient', () => {
      call(f32_max_pool, { ...s, out, x });
      expect(Array.from(out)).toEqual(maxPool(s, x));
      call(f32_max_pool_gradient('f32'), { ...s, dx, x, dy });
      expectClose(
        dx,
        numericalGradient((v) => maxPool(s, v), x, dy),
      );
    });

    test('average and its gradient', () => {
      call(f32_average_pool, { ...s, out, x });
      expectClose(out, averagePool(s, x));
      call(f32_average_pool_gradient, { ...s, dx, dy });
      expectClose(
        dx,
        numericalGradient((v) => averagePool(s, v), x, dy),
      );
    });
  });
});

describe('a layer of ordinary size, 12x12x32 to 12x12x64', () => {
  const s: Sizes = {
    batch: 3,
    height: 12,
    width: 12,
    channels: 32,
    outHeight: 12,
    outWidth: 12,
    filters: 64,
    kernelHeight: 3,
    kernelWidth: 3,
    strideHeight: 1,
    strideWidth: 1,
    padTop: 1,
    padLeft: 1,
  };
  const x = draw('x', inputPixels(s) * s.channels);
  const weight = draw('weight', taps(s) * s.channels * s.filters);
  const dz = draw('dz', outputPixels(s) * s.filters);

  test('has gradients that are adjoint to its forward pass', () => {
    const output = dot(convolve(s, x, weight), dz);
    expect(dot(conv2dInputGradient(s, dz, weight), x) / output).toBeCloseTo(1, 5);
    expect(dot(conv2dWeightGradient(s, x, dz), weight) / output).toBeCloseTo(1, 5);
  });
});

describe('pooling by hand', () => {
  const s: Sizes = {
    batch: 1,
    height: 3,
    width: 3,
    channels: 1,
    outHeight: 2,
    outWidth: 2,
    kernelHeight: 2,
    kernelWidth: 2,
    strideHeight: 1,
    strideWidth: 1,
    padTop: 0,
    padLeft: 0,
  };

  test('among equals the first takes the gradient; overlapping windows add', () => {
    const [dx, dy] = [new Float32Array(9), Float32Array.of(1, 2, 4, 8)];
    call(f32_max_pool_gradient('f32'), { ...s, dx, x: new Float32Array(9).fill(7), dy });
    expect(Array.from(dx)).toEqual([1, 2, 0, 4, 8, 0, 0, 0, 0]);
    call(f32_max_pool_gradient('f32'), { ...s, dx, x: Float32Array.of(0, 0, 0, 0, 9, 0, 0, 0, 0), dy });
    expect(Array.from(dx)).toEqual([0, 0, 0, 0, 15, 0, 0, 0, 0]);
  });

  test('a NaN is the maximum, and takes no gradient', () => {
    const [x, out, dx] = [Float32Array.of(NaN, 1, 2, 3, 4, 5, 6, 7, 8), new Float32Array(4), new Float32Array(9)];
    call(f32_max_pool, { ...s, out, x });
    expect(Array.from(out)).toEqual([NaN, 5, 7, 8]);
    call(f32_max_pool_gradient('f32'), { ...s, dx, x, dy: Float32Array.of(1, 2, 4, 8) });
    expect(Array.from(dx)).toEqual([0, 0, 0, 0, 1, 2, 0, 4, 8]);
  });

  test('padding is neither averaged nor the maximum', () => {
    const [x, out] = [new Float32Array(9).fill(-3), new Float32Array(9)];
    const same = { ...s, outHeight: 3, outWidth: 3, kernelHeight: 3, kernelWidth: 3, padTop: 1, padLeft: 1 };
    call(f32_average_pool, { ...same, out, x });
    expect(Array.from(out)).toEqual(Array.from(x));
    call(f32_max_pool, { ...same, out, x });
    expect(Array.from(out)).toEqual(Array.from(x));
  });
});
