// Seeded trainings whose weights are the same bits everywhere: in Node and in Chromium, on SIMD and in the scalar form,
// on this thread and in a worker. A change of the kernels' arithmetic changes these hashes, in all places at once.

import { syntheticHandwriting } from '../../src/data/index.ts';
import { defineRule, layerwise, LOCAL } from '../../src/author.ts';
import {
  adam,
  backprop,
  binaryCrossEntropy,
  classification,
  conv2d,
  dense,
  drtp,
  flatten,
  maxPool,
  sequential,
  sgd,
  tpsgd,
  type LearnerOptions,
  type LocalLearner,
  type Loss,
  type Rule,
} from '../../src/index.ts';
import type { WorkerLearner } from '../../src/worker/index.ts';

const optimizer = adam(0.002);

/** A rule that the library does not know: targets of one bit for each unit and class. */
export const ownRule = defineRule({
  name: 'test-own-rule',
  paper: 'none',
  optimizers: { optimizer },
  locality: LOCAL,
  record: (p, network, context) =>
    layerwise(p, network, context, {
      delta: (unit, y) => context.task.project(p, `${unit.name}/bits`, y, { kind: 'signs', scale: 0.1 }),
    }),
});

/** All that has a default is given, so that the hashes depend on no default. */
export interface Training {
  readonly name: string;
  readonly rule: Rule;
  readonly loss?: Loss;
  readonly weightHash: string;
}

export const trainings: readonly Training[] = [
  {
    name: 'backprop',
    rule: backprop({ optimizer: sgd(0.1, { momentum: 0.9 }) }),
    weightHash: '1153566e',
  },
  {
    name: 'drtp',
    rule: drtp({ optimizer }),
    loss: binaryCrossEntropy,
    weightHash: 'c0b5e24f',
  },
  {
    name: 'tpsgd',
    rule: tpsgd({ optimizer, localLoss: 'l2', projection: { kind: 'signs', scale: 0.9 } }),
    weightHash: '21b52d8f',
  },
  { name: 'a rule of the user', rule: ownRule, loss: binaryCrossEntropy, weightHash: '15b6bf08' },
];

export const optionsFor = ({ rule, loss }: Pick<Training, 'rule' | 'loss'>): LearnerOptions => ({
  network: sequential(
    [28, 28, 1],
    [conv2d(4, 5, { activation: 'tanh' }), maxPool(2), flatten(), dense(32, { activation: 'tanh' }), dense(10)],
  ),
  rule,
  task: classification({ loss }),
  seed: 7,
});

/** Trains two epochs, the last batch of which is not full; gives the fingerprint of the weights. */
export async function hashAfterTraining(learner: LocalLearner | WorkerLearner): Promise<string> {
  const { train } = syntheticHandwriting({ train: 300, test: 1 });
  await learner.fit(train.inputs, train.labels, { epochs: 2 });
  return learner.weightHash();
}
