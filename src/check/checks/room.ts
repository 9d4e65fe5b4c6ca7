// Room that is not used changes nothing: rows of a larger batch, classes to come, and another plan after a resize.

import { createLearner } from '../../create.ts';
import { batchFor, differences, fitStages, subjectOf, tenLosses, type Check, optionsOf } from '../check.ts';
import { host, type Batch } from '../host.ts';

export const room: Check = {
  name: 'with room to spare computes what it computes without',
  async run(subject) {
    const few = subject.outputs;
    const small = (step: number): Batch => batchFor(subject, step, { samples: 5 });
    const roomy = host({ ...subject, batchSize: 9 }, 'simd128');
    const exact = host({ ...subjectOf(subject, 0), batchSize: 5 }, 'simd128');
    const losses = tenLosses(exact, small, few);
    return [
      ...differences('the losses with room', tenLosses(roomy, small, few), losses),
      ...differences('the outputs with room', roomy.logits(small(0), few), exact.logits(small(0), few)),
    ];
  },
};

export const newClass: Check = {
  name: 'a new class leaves the outputs of the others as they are',
  async run(subject) {
    const few = subject.outputs;
    const hosted = host(subject, 'simd128');
    tenLosses(hosted, (step) => batchFor(subject, step), few);
    const before = hosted.logits(batchFor(subject, 0), few);
    const after = hosted.logits(batchFor(subject, 0), few + 1);
    const others = after.filter((_, index) => index % (few + 1) < few);
    return differences('the outputs', others, before);
  },
};

export const resized: Check = {
  name: 'resized, predicts what it predicted',
  async run(subject) {
    const { batchSize, capacity } = subject;
    const batch = batchFor(subject, 0, { samples: 20 });
    const { input } = batch;
    const learner = await createLearner(optionsOf(subject));
    await fitStages(learner, batch);
    const [before, hash] = [learner.predict(input), learner.weightHash()];
    await learner.resize({ batchSize: batchSize + 3 });
    const larger = differences('the answers in a larger batch', learner.predict(input), before);
    const moved = learner.weightHash() === hash ? [] : ['the weights after the move are others'];
    await learner.resize({ classes: capacity + 1, batchSize: 1 });
    return [...larger, ...moved, ...differences('the answers with more classes', learner.predict(input), before)];
  },
};
