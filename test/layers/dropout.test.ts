// Dropout: one mask forward and back, drawn anew at every step and moment, for every sample by its number in the data,
// so never by its place in the batch; the expectation is unchanged, and prediction does nothing.

import { expect, test } from 'vitest';
import { constant } from '../../runtime/program/dim.ts';
import { Program } from '../../runtime/program/program.ts';
import { dropout } from '../../src/layers/index.ts';
import { pulled } from '../../src/layers/layer.ts';
import { f32 } from '../../src/quantization/f32.ts';
import { runEverywhere } from '../program/run.ts';

const RATE = 0.3;
const [BATCH, FEATURES, STEPS] = [50, 200, 3];
const COUNT = BATCH * FEATURES;

/** Two dropout layers over the same ones; and one of them at every step of a sequence. */
function record(): Program {
  const program = new Program();
  const shape = [BATCH, FEATURES];
  const x = program.tensor({ name: 'x', shape, role: 'input', life: 'persistent' });
  program.rows = program.buffer({ name: 'rows', shape: [BATCH], role: 'label', element: 'i32', life: 'persistent' });
  const lasting = { role: 'data', life: 'persistent' } as const;
  const [layer, other] = ['a', 'b'].map((name) =>
    dropout(RATE).record(program, {
      name,
      inputShape: [FEATURES],
      outputs: null,
      batch: constant(BATCH),
      storage: f32,
      trained: true,
    }),
  );
  program.phase('train', () => {
    for (const each of [layer, other]) {
      const saved = each.forward(program, x, { training: true });
      program.compute(`${each.name}/y`, saved.output.times(1), lasting);
      program.compute(`${each.name}/dx`, pulled(program, each, saved, x.times(1), { training: true }), lasting);
    }
  });
  program.phase('steps', () => {
    const [y, dx] = ['ys', 'dxs'].map((name) => program.tensor({ name, shape: [STEPS, ...shape], ...lasting }));
    const steps = constant(STEPS);
    program.time(steps, 'forward', (at) => {
      program.write(y.slot(at.turn), layer.forward(program, x, { training: true, at }).output);
    });
    program.time(steps, 'back', (at) => {
      const saved = { input: x, output: y.slot(at.turn) };
      program.write(dx.slot(at.turn), pulled(program, layer, saved, x.times(1), { training: true, at }));
    });
  });
  program.phase('predict', () => {
    const saved = layer.forward(program, x, { training: false });
    expect(saved.output).toBe(x);
    const delta = x.times(2);
    expect(pulled(program, layer, saved, delta, { training: false })).toBe(delta);
  });
  return program;
}

const program = record();
const run = runEverywhere(program);
run.write('x', new Float32Array(COUNT).fill(1));
const inOrder = Int32Array.from({ length: BATCH }, (_, row) => row);

interface Trained {
  readonly y: Float32Array;
  readonly dx: Float32Array;
  readonly other: Float32Array;
}

function trained(seed: number, step: number, rows: ArrayLike<number> = inOrder): Trained {
  run.write('seed', [seed]);
  run.write('step', [step]);
  run.write('rows', rows);
  run.call('train');
  return { y: run.read('a/y'), dx: run.read('a/dx'), other: run.read('b/y') };
}

const rowOf = (y: Float32Array, row: number): Float32Array => y.subarray(row * FEATURES, (row + 1) * FEATURES);

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

test('draws for each sample by its number in the data, wherever it stands in the batch', () => {
  const { y } = trained(1, 5);
  const reversed = inOrder.map((row) => BATCH - 1 - row);
  const { y: backwards, dx } = trained(1, 5, reversed);
  expect(dx).toEqual(backwards);
  for (const row of inOrder) expect(rowOf(backwards, BATCH - 1 - row)).toEqual(rowOf(y, row));
  const others = trained(
    1,
    5,
    inOrder.map((row) => row + BATCH),
  );
  for (const row of inOrder) expect(rowOf(others.y, row)).not.toEqual(rowOf(y, row));
  expect(new Set(Array.from(inOrder, (row) => rowOf(y, row).join())).size).toBe(BATCH);
});

test('draws a mask for every moment, and the same one on the way back', () => {
  const { y } = trained(1, 5);
  run.call('steps');
  const [ys, dxs] = [run.read('ys'), run.read('dxs')];
  expect(dxs).toEqual(ys);
  const steps = Array.from({ length: STEPS }, (_, step) => ys.subarray(step * COUNT, (step + 1) * COUNT));
  expect(new Set(steps.map((mask) => mask.join())).size).toBe(STEPS);
  expect(steps[0]).toEqual(y);
});

test('does nothing in prediction', () => {
  expect(program.phases.get('predict')).toEqual([]);
});
