// The same losses in every form, bit for bit: on the plain references of the kernels, in scalar code, in vectors, and
// in a learner.

import { createLearner } from '../../create.ts';
import { batchFor, differences, lossesIn, type Check, optionsOf } from '../check.ts';

export const repeats: Check = {
  name: 'ten losses are the same bits in reference, scalar and SIMD execution and in a learner',
  async run(subject) {
    const reference = lossesIn('reference', subject);
    const learner = await createLearner(optionsOf(subject));
    const inLearner = reference.map((_, step) => {
      const { input, label } = batchFor(subject, step);
      return learner.trainOnBatch(input, label).loss;
    });
    return [
      ...(reference.every(Number.isFinite) ? [] : [`the losses are ${reference.join(', ')}, wanted finite numbers`]),
      ...differences('the losses in scalar code', lossesIn('none', subject), reference),
      ...differences('the losses in vectors', lossesIn('simd128', subject), reference),
      ...differences('the losses in a learner', inLearner, reference),
    ];
  },
};
