// An answer depends on no neighbour: a sample is answered alone as it is among others, in any order and batch size.

import { createLearner } from '../../create.ts';
import { batchFor, differences, fitStages, type Check, optionsOf } from '../check.ts';

export const rows: Check = {
  name: 'predict of a sample is the same alone and among others, in any batch size',
  async run(subject) {
    const { batchSize } = subject;
    const count = 2 * batchSize + 1;
    const batch = batchFor(subject, 0, { samples: count });
    const { input } = batch;
    const learner = await createLearner(optionsOf(subject));
    await fitStages(learner, batch);
    const all = learner.predict(input);
    const outputs = all.length / count;
    const samples = Array.from({ length: count }, (_, row) => slice(input, row, input.length / count));
    const reversed = Float32Array.from(samples.flatMap((_, row) => [...slice(all, count - 1 - row, outputs)]));
    const found = new Set(all).size > outputs ? [] : ['every sample is answered alike'];
    for (const size of [batchSize, 1, 4]) {
      if (size !== batchSize) await learner.resize({ batchSize: size });
      const inBatches = `in batches of ${size}`;
      found.push(
        ...differences(`the answers ${inBatches}`, learner.predict(input), all),
        ...differences(`the answers in reverse, ${inBatches}`, learner.predict([...samples].reverse()), reversed),
        ...[0, 1, count - 1].flatMap((row) =>
          differences(`sample ${row} alone, ${inBatches}`, learner.predict(samples[row]), slice(all, row, outputs)),
        ),
      );
    }
    return found;
  },
};

const slice = (values: Float32Array, row: number, size: number): Float32Array =>
  values.subarray(row * size, (row + 1) * size);
