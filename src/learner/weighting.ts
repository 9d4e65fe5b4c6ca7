// What each sample counts: weights of one's own, weights of classes, or both.

import { ConfigurationError, InputError } from '../errors.ts';
import { expectIs, expectThat, finite } from '../options.ts';
import { expectClasses } from './classes.ts';
import type { JudgedData, Trainer } from './trainer.ts';

export interface Weights {
  /**
   * What the samples of each class count in loss and update: a list with one for each class; or by name, else by index,
   * where those left out count 1. Means divide by the number of samples, not by the sum of weights.
   */
  readonly classWeight?: Readonly<Record<string, number>> | readonly number[];
  /** What each sample counts, one number for each; 0 masks it. */
  readonly sampleWeight?: ArrayLike<number>;
}

/**
 * @throws ConfigurationError for a class there is not, or a weight that is not a finite number of at least 0;
 *   InputError for another number of sample weights.
 */
export function weighted(trainer: Trainer, data: JudgedData, { classWeight, sampleWeight }: Weights): JudgedData {
  if (classWeight === undefined && sampleWeight === undefined) return data;
  const { count } = data.samples;
  expectThat(sampleWeight === undefined || isObject(sampleWeight), 'sampleWeight', sampleWeight, 'a list of numbers');
  expectThat(
    classWeight === undefined || isObject(classWeight),
    'classWeight',
    classWeight,
    'numbers, by name or a list',
  );
  if (sampleWeight !== undefined && sampleWeight.length !== count) {
    throw new InputError(`got ${sampleWeight.length} sample weights for ${count} samples, wanted one for each`);
  }
  const weights = new Float32Array(count).fill(1);
  if (sampleWeight !== undefined) {
    const at = Array.prototype.findIndex.call(sampleWeight, (weight) => !(Number.isFinite(weight) && weight >= 0));
    if (at >= 0) expectIs(`the weight of sample ${at}`, sampleWeight[at], finite(0));
    weights.set(sampleWeight);
  }
  if (classWeight !== undefined) {
    const ofClass = classWeights(trainer, classWeight);
    const label = new Int32Array(1);
    for (let index = 0; index < count; index++) {
      data.targets.copy(index, label, 0);
      weights[index] *= ofClass[label[0]];
    }
  }
  return { ...data, weights };
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

function classWeights(trainer: Trainer, given: Readonly<Record<string, number>> | readonly number[]): number[] {
  expectClasses(trainer, 'classWeight');
  const { names } = trainer;
  const weights = names.map(() => 1);
  if (Array.isArray(given) && given.length !== names.length) {
    throw new ConfigurationError(
      `classWeight has ${given.length} weights, wanted one for each of ${names.length} classes`,
    );
  }
  for (const [key, weight] of Object.entries(given)) {
    const index = !Array.isArray(given) && names.includes(key) ? names.indexOf(key) : Number(key);
    if (!Number.isInteger(index) || index < 0 || index >= names.length) {
      throw new ConfigurationError(`classWeight names '${key}', which is no class; there are ${names.join(', ')}`);
    }
    expectIs(`the weight of class '${names[index]}'`, weight, finite(0));
    weights[index] = weight;
  }
  return weights;
}
