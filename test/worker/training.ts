// Seeded trainings whose results are the same bits everywhere: in Node and in every browser, on SIMD and in the scalar
// form, on this thread and in a worker. A change of the kernels' arithmetic changes them, in all places at once.

import { crc32, hex } from '../../src/data/crc32.ts';
import { defineRule, layerwise, LOCAL } from '../../src/author.ts';
import {
  adam,
  backprop,
  binaryCrossEntropy,
  channelGoodness,
  contrastiveForward,
  createLearner,
  crossEntropy,
  decolle,
  dfa,
  drtp,
  eprop,
  feedbackAlignment,
  forwardForward,
  monoForward,
  noprop,
  ottt,
  pepita,
  sgd,
  sltt,
  stdp,
  tpsgd,
  zerothOrder,
  type Features,
  type Rule,
} from '../../src/index.ts';
import { createWorkerLearner, type WorkerOptions } from '../../src/worker/index.ts';
import {
  adaptive,
  autoencoder,
  bytes,
  digits,
  labels,
  rewards,
  sequences,
  sounds,
  spikes,
  table,
  values,
  type Problem,
} from './problems.ts';

const optimizer = adam(0.002);

/** A rule that the library does not know: targets of one bit for each unit and class. */
const ownRule = defineRule({
  name: 'test-own-rule',
  paper: 'none',
  optimizers: { optimizer },
  locality: LOCAL,
  record: (p, network, context) =>
    layerwise(p, network, context, {
      delta: (unit, y) => context.task.project(p, `${unit.name}/bits`, y, { kind: 'signs', scale: 0.1 }),
    }),
});

const control = (rate: number): Rule => backprop({ optimizer: sgd(rate, { momentum: 0.9 }) });
const local = (rate: number): Rule =>
  tpsgd({ optimizer: adam(rate), localLoss: 'l2', projection: { kind: 'signs', scale: 0.9 } });

/** Fingerprints of what a training gives. */
export interface Trained {
  readonly weights: string;
  /** Of the history, validation among it, and of what `evaluate` gives. */
  readonly metrics: string;
}

export interface Training {
  readonly name: string;
  readonly problem: Problem;
  readonly rule: Rule;
  /** What it gave when it was written down. */
  readonly recorded: Trained;
}

const training = (name: string, problem: Problem, rule: Rule, weights: string, metrics: string): Training => ({
  name,
  problem,
  rule,
  recorded: { weights, metrics },
});

export const trainings: readonly Training[] = [
  training('classification by backprop', digits(crossEntropy), control(0.1), '1153566e', '8b9b2e86'),
  training('classification by drtp', digits(binaryCrossEntropy), drtp({ optimizer }), 'c0b5e24f', '7edead35'),
  training('classification by tpsgd', digits(crossEntropy), local(0.002), 'cbe7e1cb', 'f8e57643'),
  training('classification by monoForward', digits(crossEntropy), monoForward({ optimizer }), '5e9834f8', '40fd699c'),
  training('classification by dfa', digits(crossEntropy), dfa({ optimizer }), 'e91e2675', '9c6c0da1'),
  training(
    'classification by feedbackAlignment',
    digits(crossEntropy),
    feedbackAlignment({ optimizer }),
    '7a4e3305',
    'e6aaa1ef',
  ),
  training(
    'classification by forwardForward',
    digits(crossEntropy),
    forwardForward({ negatives: 'hard' }),
    'b2c59261',
    'a0d27501',
  ),
  training('classification by noprop', digits(crossEntropy), noprop({ steps: 3 }), '370a0416', '3cd3ad6a'),
  training(
    'classification by noprop in continuous time',
    digits(crossEntropy),
    noprop({ steps: 3, time: 'continuous', embedding: 'learned' }),
    '29524ffc',
    'c7bc5762',
  ),
  training('classification by pepita', digits(crossEntropy), pepita({ optimizer }), 'f5a1cad2', '65b59e93'),
  training(
    'classification by channelGoodness',
    digits(crossEntropy, 12),
    channelGoodness({ optimizer }),
    '6cc73df0',
    '14326c9b',
  ),
  training(
    'classification by contrastiveForward',
    digits(crossEntropy),
    contrastiveForward({ optimizer }),
    '5e9ad57b',
    '91de1a7f',
  ),
  training('classification by a rule of the user', digits(binaryCrossEntropy), ownRule, '15b6bf08', 'eba98cc5'),
  training('regression by backprop', values, control(0.01), 'd7205b4a', '60f6d4b5'),
  training('regression by tpsgd', values, local(0.01), '0aa83463', '0765d525'),
  training('regression by zerothOrder', values, zerothOrder({ optimizer: sgd(0.01) }), 'a5292672', '0a826e08'),
  training('regression in bytes by backprop', bytes, control(0.01), 'ee198126', 'e046a4ba'),
  training('a table by backprop', table, control(0.01), '75733217', 'd2b27344'),
  training('multi-label by backprop', labels, control(0.01), 'b9dfb3f2', '0011e35a'),
  training('multi-label by tpsgd', labels, local(0.01), 'e7308684', '61aac42f'),
  training('reconstruction by backprop', autoencoder, control(0.01), '29d82323', '4c6cbe3d'),
  training('reconstruction by tpsgd', autoencoder, local(0.01), '5a0a089f', '074ed893'),
  training('spikes by sltt', spikes, sltt({ optimizer: adam(0.01) }), '3e988268', 'afb37bfe'),
  training('spikes by ottt', spikes, ottt({ optimizer: adam(0.01) }), 'c3dbf40c', '71ebf830'),
  training('spikes by decolle', spikes, decolle({ optimizer: adam(0.01) }), '5f1f62cb', 'a2b120de'),
  training('recurrent spikes by eprop', adaptive, eprop({ optimizer: adam(0.01) }), 'de22028a', 'bc412649'),
  training(
    'recurrent spikes at drawn steps by sltt',
    adaptive,
    sltt({ optimizer: adam(0.01), k: 2 }),
    '6388876e',
    '41c575b1',
  ),
  training('recurrent spikes by backprop', adaptive, control(0.1), 'cb8f2097', 'c2c416ea'),
  training('spikes by stdp', spikes, stdp(), '1138e3b3', '22cdd672'),
  training('rewards by stdp', rewards, stdp(), '0e70db41', 'df0af2be'),
  training('rewards by sltt', rewards, sltt({ optimizer: adam(0.01) }), '349650e7', '5b9fcf6e'),
  training('sequences by backprop', sequences, control(0.01), 'f7ef5ed1', '3e0030ef'),
  training('sequences by tpsgd', sequences, local(0.01), 'b1ad6e65', '99d86827'),
  training('sounds by backprop', sounds, control(0.01), '6575e5e7', '26b967ea'),
];

/** Where it trains: default on this thread, else in that worker. */
export interface Place {
  readonly worker?: WorkerOptions['worker'];
  readonly features?: Features;
}

export async function train({ problem, rule }: Training, { worker, features }: Place = {}): Promise<Trained> {
  const { network, task, storage, standardize = false, epochs, data } = problem;
  const { inputs, targets } = data();
  const options = { network, task, storage, standardize, rule, features, seed: 7 };
  const learner = await (worker ? createWorkerLearner({ ...options, worker }) : createLearner(options));
  const { history } = await learner.fit(inputs, targets, { epochs, validationData: [inputs, targets] });
  const told = JSON.stringify([history, await learner.evaluate(inputs, targets)]);
  const weights = await learner.weightHash();
  await learner.dispose();
  return { weights, metrics: hex(crc32(new TextEncoder().encode(told))) };
}
