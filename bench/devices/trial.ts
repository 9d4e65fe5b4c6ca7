// What benchmarks of devices share: a first part of MNIST, one training on it, and a rate that is chosen on images
// apart.

import { consecutive, type LabelledSet } from '../../src/data/dataset.ts';
import { loadDataset } from '../../src/data/node/sources.ts';
import { createLearner, DivergenceError, type LearnerOptions } from '../../src/index.ts';

export interface Part {
  readonly train: LabelledSet;
  /** By which rates are chosen, under seed 0. */
  readonly judges: LabelledSet;
  readonly test: LabelledSet;
}

/** The first training images of MNIST, and so many behind them. */
export async function firstOfMnist(images: number, judges: number): Promise<Part> {
  const { train, test } = await loadDataset('mnist');
  return { train: consecutive(train, images), judges: consecutive(train, judges, images), test };
}

/** In percent, on the judges under seed 0, else on the test images; of what ran away by its last good weights. */
export async function accuracyOf(
  { train, judges, test }: Part,
  options: LearnerOptions & { readonly seed: number },
  epochs: number,
): Promise<number> {
  const learner = await createLearner(options);
  await learner.fit(train.inputs, train.labels, { epochs }).catch((error: unknown) => {
    if (!(error instanceof DivergenceError)) throw error;
  });
  const { inputs, labels } = options.seed === 0 ? judges : test;
  const { accuracy } = learner.evaluate(inputs, labels);
  learner.dispose();
  return 100 * accuracy;
}

/** The best rate under seed 0, and the accuracies with it under seeds 1 to `seeds`. */
export async function tuned(
  rates: readonly number[],
  seeds: number,
  reach: (rate: number, seed: number) => Promise<number>,
): Promise<{ readonly rate: number; readonly accuracies: readonly number[] }> {
  const judged: number[] = [];
  for (const rate of rates) judged.push(await reach(rate, 0));
  const rate = rates[judged.indexOf(Math.max(...judged))];
  const accuracies: number[] = [];
  for (let seed = 1; seed <= seeds; seed++) accuracies.push(await reach(rate, seed));
  return { rate, accuracies };
}
