// What a trial of bench/accuracy/tasks.ts is made of: one file of this folder and one line of index.ts.

import type { Judgement, NetworkSpec, Rule, Task } from '../../../src/index.ts';
import type { TrainTest, ValueSet } from '../../../src/data/dataset.ts';
import type { Scikit } from '../scikit/scikit.ts';
import type { Score } from './score.ts';

/** Who learns, and how; the settings were chosen by `--validation`. */
export interface Contender {
  readonly rule: Rule;
  readonly network: NetworkSpec;
  /** The network for people. */
  readonly shape: string;
  readonly batchSize: number;
  readonly epochs: number;
}

export interface Trial {
  readonly name: string;
  readonly about: string;
  task(): Task<Judgement>;
  load(): Promise<TrainTest<ValueSet>>;
  readonly score: Score;
  /** What is answered without learning. */
  readonly trivial: { readonly name: string; answers(data: TrainTest<ValueSet>): Float32Array };
  /** What the control, the first contender, has to reach. */
  readonly wanted: { readonly name: string; holds(control: number, trivial: number): boolean };
  readonly contenders: readonly Contender[];
  readonly scikit: Scikit;
}

/** The mean of each target over what is learned from, for every sample of the other part. */
export function meanAnswer({ train, test }: TrainTest<ValueSet>): Float32Array {
  const width = train.targetNames.length;
  const sums = new Float64Array(width);
  train.targets.forEach((value, at) => {
    sums[at % width] += value;
  });
  return test.targets.map((_, at) => sums[at % width] / train.count);
}

/** For errors. */
export const belowHalf: Trial['wanted'] = {
  name: 'below half of that',
  holds: (control, trivial) => 2 * control < trivial,
};
