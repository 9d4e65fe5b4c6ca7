// Cells of an image: every pixel reads the value of the cell in which it lies, whole and by panels of a sample.

import { expect, test } from 'vitest';
import { constant } from '../../runtime/program/dim.ts';
import { wholeWindow } from '../../runtime/program/expression.ts';
import { Cells } from '../../runtime/program/leaves.ts';
import { Program } from '../../runtime/program/program.ts';
import { runEverywhere } from './run.ts';

const [BATCH, HEIGHT, WIDTH, CHANNELS] = [2, 5, 3, 9];
const [DOWN, ACROSS] = [3, 2];
const grid = { height: HEIGHT, width: WIDTH, cellHeight: 2, cellWidth: 2, top: 0, left: 1 };

test('a pixel reads its cell, and cells in an expression are computed sample by sample', () => {
  const p = new Program();
  const lasting = { role: 'data', life: 'persistent' } as const;
  const values = p.tensor({ name: 'values', shape: [BATCH, DOWN, ACROSS, CHANNELS], ...lasting });
  const shape = [BATCH, HEIGHT, WIDTH, CHANNELS];
  const image = p.tensor({ name: 'image', shape, ...lasting });
  const out = p.tensor({ name: 'out', shape, ...lasting });
  p.phase('run', () => p.write(out, image.plus(new Cells(values, grid).times(100))));
  const run = runEverywhere(p);
  run.write(
    'values',
    Array.from({ length: BATCH * DOWN * ACROSS * CHANNELS }, (_, index) => index),
  );
  run.write(
    'image',
    Array.from({ length: BATCH * HEIGHT * WIDTH * CHANNELS }, (_, index) => index % 7),
  );
  run.call('run');
  const wanted = Array.from({ length: BATCH * HEIGHT * WIDTH * CHANNELS }, (_, index) => {
    const [channel, pixel] = [index % CHANNELS, Math.floor(index / CHANNELS)];
    const [x, y, sample] = [pixel % WIDTH, Math.floor(pixel / WIDTH) % HEIGHT, Math.floor(pixel / WIDTH / HEIGHT)];
    const cell = (sample * DOWN + Math.floor(y / 2)) * ACROSS + Math.floor((x + 1) / 2);
    return (index % 7) + 100 * (cell * CHANNELS + channel);
  });
  expect(run.read('out')).toEqual(Float32Array.from(wanted));
});

test('they do not lie as the features of a sample do, which is refused by name', () => {
  const p = new Program();
  const values = p.tensor({ name: 'values', shape: [BATCH, DOWN, ACROSS, CHANNELS], role: 'data', life: 'persistent' });
  const shape = [BATCH, HEIGHT, WIDTH, CHANNELS].map(constant);
  p.phase('run', () => {
    const out = p.tensor({ name: 'out', shape, role: 'scratch' });
    const evaluate = (): void => p.evaluate(new Cells(values, grid), out.at(0), wholeWindow(shape), out.features, 0);
    expect(evaluate).toThrow("'values' has cells of an image, and no samples");
  });
});
