// What an app that learns in its page needs, and the first sample it learns: bundled, loaded and called by
// first-sample.ts.

import {
  conv2d,
  createLearner,
  dense,
  flatten,
  maxPool,
  sequential,
  sgd,
  tpsgd,
  type NetworkSpec,
} from '../../../src/index.ts';
import { sample } from './sample.ts';

const networks: Readonly<Record<string, () => NetworkSpec>> = {
  '784-256-10': () => sequential([28, 28, 1], [flatten(), dense(256, { activation: 'tanh' }), dense(10)]),
  'conv2d(8, 5) maxPool(2) dense(100) dense(10)': () =>
    sequential(
      [28, 28, 1],
      [conv2d(8, 5, { activation: 'relu' }), maxPool(2), flatten(), dense(100, { activation: 'tanh' }), dense(10)],
    ),
};

export const names = Object.keys(networks);

export const options = (name: string) => ({ network: networks[name](), rule: tpsgd({ optimizer: sgd(0.05) }) });

/** The loss of the first sample. */
export async function learnFirst(name: string): Promise<number> {
  const learner = await createLearner(options(name));
  return learner.learnOne(sample, 7).loss;
}
