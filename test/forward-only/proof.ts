// What tests of locality share: what is proved of a rule, and which networks it can train.

import { analyse, type Proof } from '../../runtime/program/analyse.ts';
import { refusal } from '../../src/check/check-rule.ts';
import { subjectOf } from '../../src/check/check.ts';
import { trained } from '../../src/check/checks/proof.ts';
import { networks } from '../../src/check/networks.ts';
import { trainingPhases } from '../../src/compile/record.ts';
import {
  binaryCrossEntropy,
  crossEntropy,
  dense,
  sequential,
  type Loss,
  type NetworkSpec,
  type Rule,
} from '../../src/index.ts';
import type { Storage } from '../../src/quantization/storage.ts';

export const CLASSES = ['a', 'b', 'c', 'd'];

/** Room for classes to come, in a panel of their own too. */
export const CAPACITY = 11;

/** With the loss of the rule's paper: DRTP's is binary cross-entropy. */
export const lossOf = (rule: string): Loss => (rule === 'drtp' ? binaryCrossEntropy : crossEntropy);

export const mlp = sequential([12], [dense(9, { activation: 'tanh' }), dense(8, { activation: 'tanh' }), dense(4)]);

/** The networks that a rule can train in a storage; others it refuses, with the reason (contract.ts). */
export const trainable = (rule: Rule, storage?: Storage): [name: string, network: NetworkSpec][] =>
  Object.entries(networks).filter(([, network]) => refusal({ rule, network, storage }) === null);

export const proofOf = (network: NetworkSpec, rule: Rule, microBatch?: number): Proof => {
  const { program, course } = trained(subjectOf({ network, rule, microBatch }));
  return analyse(program, trainingPhases(course));
};
