// Options of every kind of value: of a learner, of a fit, of single steps and streams.

import { LEARNER_OPTIONS } from '../../../src/compile/compile.ts';
import { createLearner, dense, sequential, tpsgd, type CreateOptions, type LocalLearner } from '../../../src/index.ts';
import { odd } from '../odd.ts';
import { oneOf, type Target, type Words } from '../target.ts';

const base = (): CreateOptions => ({
  network: sequential([2], [dense(2)]),
  rule: tpsgd(),
  classes: ['ant', 'bee'],
  batchSize: 2,
  budget: '4 KiB',
});
const OF_FIT = ['batchSize', 'validationSplit', 'validationData', 'earlyStopping', 'shuffle', 'signal', 'callbacks'];
const OF_WEIGHTS = ['classWeight', 'sampleWeight'];

const x = [
  [0, 1],
  [1, 0],
];
const given = (next: Words, keys: readonly string[]) => ({ [oneOf(next, keys)]: odd(next, 2) });

const tries: readonly ((learner: LocalLearner, next: Words) => () => unknown)[] = [
  (_, next) => {
    const options = { ...base(), ...given(next, [...LEARNER_OPTIONS, 'other']) };
    return () => createLearner(options);
  },
  (learner, next) => {
    const options = given(next, [...OF_FIT, ...OF_WEIGHTS, 'other']);
    return () => learner.fit(x, [0, 1], { epochs: 1, ...options });
  },
  (learner, next) => {
    const options = given(next, [...OF_WEIGHTS, 'other']);
    return () => learner.trainOnBatch(x, [0, 1], options);
  },
  (learner, next) => {
    const [whole, item] = [odd(next), [{ x: odd(next, 2), y: odd(next, 2) }]];
    // what a stream throws is its own
    const stream = ArrayBuffer.isView(whole) ? item : oneOf<unknown>(next, [whole, item]);
    const options = oneOf(next, [{}, given(next, ['batchSize', 'signal', 'other'])]);
    return () => learner.train(stream as [], options).next();
  },
  (learner, next) => {
    const size = given(next, ['classes', 'batchSize', 'microBatch', 'other']);
    return () => learner.resize(size);
  },
];

export const options: Target = {
  isSlow: true,
  async begin() {
    const learner = await createLearner({ ...base(), budget: undefined });
    return (next) => oneOf(next, tries)(learner, next);
  },
};
