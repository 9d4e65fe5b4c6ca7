// scikit-learn's multi-layer perceptron on the data of a trial, in a process of its own; files carry data and answers.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readNpy, writeNpy } from '../../../src/data/formats/npy.ts';
import type { TrainTest, ValueSet } from '../../../src/data/dataset.ts';
import { runPython } from '../../../tools/python.ts';

/** One hidden layer, learned by Adam; what is left out is scikit-learn's own default. */
export interface Scikit {
  readonly model: 'MLPRegressor' | 'MLPClassifier';
  readonly hidden?: number;
  readonly activation?: 'tanh' | 'relu';
  readonly learningRate?: number;
  readonly epochs?: number;
  readonly batch?: number;
  readonly seed?: number;
  /** Behind a StandardScaler. */
  readonly standardize?: true;
}

export const environment = {
  name: 'scikit',
  folder: import.meta.dirname,
  about: 'scikit-learn to compare with',
};

/** Its answers for the second part. @throws PythonError */
export function askScikit(settings: Scikit, { train, test }: TrainTest<ValueSet>): Float32Array {
  const folder = mkdtempSync(join(tmpdir(), 'onward-scikit-'));
  const write = (name: string, data: ValueSet['inputs'], rows: number): void =>
    writeFileSync(join(folder, `${name}.npy`), writeNpy({ data, shape: [rows, data.length / rows] }));
  try {
    write('x_train', train.inputs, train.count);
    write('y_train', train.targets, train.count);
    write('x_test', test.inputs, test.count);
    runPython(environment, 'scikit.py', [folder, JSON.stringify(settings)]);
    return Float32Array.from(readNpy(readFileSync(join(folder, 'answers.npy'))).data);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
