// What the losses mean, on their references, whose bits the kernels share: the formulas in double precision.

import { describe, expect, test } from 'vitest';
import { reference as crossEntropy } from '../../runtime/simd/kernels/f32-cross-entropy.ts';
import { reference as mean } from '../../runtime/simd/kernels/f32-mean.ts';
import { describeDifference, withinRelative } from './difference.ts';

const columns = 7;
const logits = Float32Array.from({ length: 3 * columns }, (_, i) => 5 * Math.sin(i * i));
const labels = Int32Array.of(2, 0, 6);
const rows = labels.length;
const row = (values: Float32Array, r: number): number[] => [...values.subarray(r * columns, (r + 1) * columns)];
const oneHot = (r: number): number[] => Array.from({ length: columns }, (_, c) => (c === labels[r] ? 1 : 0));
const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

interface Loss {
  /** Gives the output and the loss of each row. */
  run(logits: Float32Array): { output: Float32Array; loss: Float32Array };
  output(z: readonly number[]): number[];
  loss(z: readonly number[], label: number, t: readonly number[]): number;
}

const withProbabilities =
  (kernel: typeof crossEntropy): Loss['run'] =>
  (z) => {
    const [output, loss] = [new Float32Array(z.length), new Float32Array(rows)];
    kernel({ probabilities: output, loss, logits: z, labels, rows, columns });
    return { output, loss };
  };

const losses: Record<string, Loss> = {
  'cross-entropy': {
    run: withProbabilities(crossEntropy),
    output: (z) => z.map((a) => Math.exp(a) / total(z.map(Math.exp))),
    loss: (z, label) => Math.log(total(z.map(Math.exp))) - z[label],
  },
};

describe.each(Object.entries(losses))('%s', (_, { run, output, loss }) => {
  const got = run(logits);

  test('gives output and loss within 1e-6 of the formula, relative to it or to 1', () => {
    for (let r = 0; r < rows; r++) {
      const z = row(logits, r);
      const close = withinRelative(1e-6);
      expect(describeDifference(row(got.output, r), output(z), close)).toBe(null);
      expect(describeDifference(got.loss.subarray(r, r + 1), [loss(z, labels[r], oneHot(r))], close)).toBe(null);
    }
  });

  test('has the derivative output - one-hot, by central differences of the formula', () => {
    for (let r = 0; r < rows; r++) {
      const z = row(logits, r);
      for (let c = 0; c < columns; c++) {
        const [above, below] = [1e-5, -1e-5].map((step) => z.map((a, i) => (i === c ? a + step : a)));
        const slope = (loss(above, labels[r], oneHot(r)) - loss(below, labels[r], oneHot(r))) / 2e-5;
        expect(row(got.output, r)[c] - oneHot(r)[c]).toBeCloseTo(slope, 5);
      }
    }
  });
});

test('logits of a thousand neither overflow nor lose the loss', () => {
  const z = new Float32Array(rows * columns);
  z[0] = 1000;
  expect([...withProbabilities(crossEntropy)(z).loss.subarray(0, 1)]).toEqual([1000]);
});

test('the mean of eleven numbers', () => {
  const out = new Float32Array(1);
  mean({ out, x: Float32Array.from({ length: 11 }, (_, i) => i), n: 11 });
  expect(out[0]).toBe(5);
});
