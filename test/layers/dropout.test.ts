// Dropout: one mask forward and back, another at every step, and the expectation unchanged.

import { expect, test } from 'vitest';
import { Program } from '../../runtime/program/program.ts';
import { gradientKernels } from '../../src/layers/parts/gradient-kernels.ts';
import { dropout } from '../../src/layers/index.ts';
import { f32 } from '../../src/quantization/f32.ts';
import { runEverywhere } from '../program/run.ts';

const RATE = 0.3;
const SHAPE = [50, 200];
const COUNT = SHAPE[0] * SHAPE[1];

/** Two dropout layers over the same ones. */
function record(): Program {
  const program = new Program();
  const x = program.tensor({ name: 'x', shape: SHAPE, role: 'input', life: 'persistent' });
  program.phase('train', () => {
    for (const name of ['a', 'b']) {
      const layer = dropout(RATE).record(program, { name, inputShape: [SHAPE[1]], outputs: null, storage: f32 });
      const saved = layer.forward(program, x, { training: true });
      program.compute(`${name}/y`, saved.output.times(1), { life: 'persistent' });
      const pulled = layer.pull(program, saved, x.times(1), gradientKernels);
      program.compute(`${name}/dx`, pulled.times(1), { life: 'persistent' });
      expect(layer.forward(program, x, { training: false }).output).toBe(x);
    }
  });
  return program;
}

const run = runEverywhere(record());
run.write('x', new Float32Array(COUNT).fill(1));

function trained(seed: number, step: number): Record<'y' | 'dx' | 'other', Float32Array> {
  run.write('seed', [seed]);
  run.write('step', [step]);
  run.call('train');
  return { y: run.read('a/y'), dx: run.read('a/dx'), other: run.read('b/y') };
}

test('gives a delta the mask of the forward pass', () => {
  const { y, dx } = trained(1, 0);
  expect(dx).toEqual(y);
  expect(new Set(y)).toEqual(new Set([0, Math.fround(1 / Math.fround(1 - RATE))]));
});

test('drops its rate and keeps the expectation, within 4 standard deviations', () => {
  const { y } = trained(1, 0);
  const dropped = y.filter((value) => value === 0).length / COUNT;
  expect(Math.abs(dropped - RATE)).toBeLessThan(4 * Math.sqrt((RATE * (1 - RATE)) / COUNT));
  const mean = y.reduce((sum, value) => sum + value, 0) / COUNT;
  expect(Math.abs(mean - 1)).toBeLessThan(4 * Math.sqrt(RATE / (1 - RATE) / COUNT));
});

test('draws by seed, layer and step, and by nothing else', () => {
  const { y, other } = trained(1, 5);
  expect(other).not.toEqual(y);
  expect(trained(1, 6).y).not.toEqual(y);
  expect(trained(2, 5).y).not.toEqual(y);
  expect(trained(1, 5).y).toEqual(y);
});
