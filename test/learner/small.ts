// A small problem that a small network learns in a moment: noisy copies of three random patterns, seeded.

import { randomBelow, streamKey, uniformFromWord, wordReader } from '../../runtime/simd/parts/philox.ts';
import {
  createLearner,
  dense,
  drtp,
  dropout,
  sequential,
  sgd,
  tpsgd,
  type LocalLearner,
  type Rule,
} from '../../src/index.ts';
import { backprop } from '../../src/forward-only/backprop.ts';
import { adam } from '../../src/optimizers/adam.ts';
import type { CreateOptions } from '../../src/create.ts';

export const FEATURES = 6;
export const names = ['ant', 'bee', 'cat'];

export interface SmallData {
  readonly x: Float32Array;
  readonly y: Int32Array;
}

export function smallData(count: number, seed = 1): SmallData {
  const next = wordReader(seed, streamKey('small'), 0);
  const pattern = wordReader(1, streamKey('patterns'), 0);
  const patterns = names.map(() => Array.from({ length: FEATURES }, () => 2 * uniformFromWord(pattern()) - 1));
  const y = Int32Array.from({ length: count }, () => randomBelow(next, names.length));
  const x = Float32Array.from(
    { length: count * FEATURES },
    (_, i) => patterns[y[Math.floor(i / FEATURES)]][i % FEATURES] + 0.3 * (uniformFromWord(next()) - 0.5),
  );
  return { x, y };
}

export const network = (outputs = 3) =>
  sequential([FEATURES], [dense(12, { activation: 'tanh' }), dropout(0.1), dense(outputs)]);

/** Without dropout, whose masks go by a sample's number in the data: of a batch it is its place there. */
export const plainNetwork = () => sequential([FEATURES], [dense(12, { activation: 'tanh' }), dense(3)]);

export const smallOptions = (options: Partial<CreateOptions> = {}): CreateOptions => ({
  network: network(),
  rule: tpsgd({ optimizer: sgd(0.2) }),
  classes: { names, capacity: 5 },
  batchSize: 8,
  standardize: false,
  ...options,
});

export const small = (options?: Partial<CreateOptions>): Promise<LocalLearner> => createLearner(smallOptions(options));

/** Rules with every kind of state: none, momentum, moments, stages. */
export const rules: Record<string, () => Rule> = {
  'backprop, sgd': () => backprop({ optimizer: sgd(0.2) }),
  'backprop, nesterov': () => backprop({ optimizer: sgd(0.1, { momentum: 0.9, nesterov: true }) }),
  'tpsgd, adam, linear': () => tpsgd({ optimizer: adam(0.01, { schedule: 'linear' }) }),
  'tpsgd, greedy': () => tpsgd({ optimizer: sgd(0.1, { momentum: 0.9 }), order: 'greedy' }),
  'drtp, adam': () => drtp({ optimizer: adam(0.005) }),
};
