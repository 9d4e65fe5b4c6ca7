// What one step of plain SGD by tpSGD makes of a network's weights.

import { batchOf } from '../../src/check/host.ts';
import { createLearner, sgd, tpsgd, type NetworkSpec, type TpsgdOptions } from '../../src/index.ts';

const BATCH = 6;

export async function hashAfterStep(network: NetworkSpec, options: TpsgdOptions): Promise<string> {
  const learner = await createLearner({ network, rule: tpsgd({ optimizer: sgd(0.1), ...options }), batchSize: BATCH });
  const { input, label } = batchOf(network, BATCH, 0, network.outputShape[0]);
  learner.trainOnBatch(input, label);
  return learner.weightHash();
}
