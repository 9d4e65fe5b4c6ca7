// What tests of locality share: a rule in memory after one step, and what is proved of it.

import { analyse, type Proof } from '../../runtime/program/analyse.ts';
import { recordLearner, trainingPhases } from '../../src/compile/record.ts';
import { dense, RuleError, sequential, type NetworkSpec, type Rule } from '../../src/index.ts';
import type { Storage } from '../../src/quantization/storage.ts';
import { batchOf, host, type Host } from './host.ts';
import { CAPACITY, CLASSES, networks } from './networks.ts';

const BATCH = 5;

export const mlp = sequential([12], [dense(9, { activation: 'tanh' }), dense(8, { activation: 'tanh' }), dense(4)]);

/** On an unshared plan, after one step, so that no state is what it was first. */
export function trained(network: NetworkSpec, rule: Rule, microBatch?: number): Host {
  const classes = { names: CLASSES, capacity: CAPACITY };
  const subject = host({ network, rule, classes, batchSize: BATCH, microBatch }, 'simd128', { share: false });
  subject.train(batchOf(network, BATCH, 0, CLASSES.length), CLASSES.length);
  return subject;
}

/** The networks that a rule can train in a storage; others it refuses, with the reason (contract.test.ts). */
export const trainable = (rule: Rule, storage?: Storage): [name: string, network: NetworkSpec][] =>
  Object.entries(networks).filter(([, network]) => {
    try {
      recordLearner({ network, rule, storage });
      return true;
    } catch (error) {
      if (error instanceof RuleError) return false;
      throw error;
    }
  });

export const proofOf = (network: NetworkSpec, rule: Rule, microBatch?: number): Proof => {
  const { program, course } = trained(network, rule, microBatch);
  return analyse(program, trainingPhases(course));
};
