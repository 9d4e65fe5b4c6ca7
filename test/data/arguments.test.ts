// Odd arguments of what `onward/data` exports, and of observe: named errors, never a TypeError of the engine's.

import { expect, test } from 'vitest';
import * as data from '../../src/data/index.ts';
import { ConfigurationError, dense, InputError, lif, observe, sequential, ShapeError } from '../../src/index.ts';

/** Classes, values, and what takes anything: a name has no other use, and what is no text is none. */
const takesAny = new Set([
  'DataError',
  'OptionError',
  'isText',
  'hasLabels',
  'numberedTargets',
  'shuffled',
  'gatherRows',
  'assertFinite',
]);
const functions = Object.entries(data).flatMap(([name, value]): [string, (...given: unknown[]) => unknown][] =>
  typeof value === 'function' && !takesAny.has(name) ? [[name, value as never]] : [],
);
const odd: readonly unknown[][] = [[], [null], [5], ['x', {}], [{}], [{}, {}], [{ trian: 10 }], [new Map(), null]];

async function settled(run: () => unknown): Promise<unknown> {
  try {
    const given = await run();
    const { next } = Object(given);
    if (typeof next === 'function') await next.call(given);
    return undefined;
  } catch (error) {
    return error;
  }
}

const named = [data.DataError, ConfigurationError, InputError, ShapeError];
const isNamed = (error: unknown): boolean => error === undefined || named.some((kind) => error instanceof kind);

test.each(functions)('%s', async (_name, run) => {
  for (const given of odd) {
    const error = await settled(() => run(...given));
    expect(isNamed(error), `${JSON.stringify(given)}: ${error}`).toBe(true);
  }
});

const set = data.createDataset({
  name: 'set',
  inputs: new Float32Array(4),
  inputShape: [1],
  labels: new Uint8Array(4),
  classNames: ['a'],
});

test.each<[() => unknown, string]>([
  [() => data.syntheticHandwriting({ trian: 10 } as never), "syntheticHandwriting has no option 'trian'"],
  [() => data.syntheticHandwriting({ train: -1 }), 'syntheticHandwriting: train is -1, wanted a whole number from 0'],
  [() => data.handwrittenDigit(10, { writer: 1, take: 1 }), 'digit is 10, wanted a whole number from 0 to 9'],
  [() => data.readCsv(5 as never), 'the text is 5, wanted a string or a Uint8Array'],
  [() => data.parseIdx('x' as never), "parseIdx: bytes is 'x', wanted the bytes of a file"],
  [() => data.createDataset({ name: 'mine', inputs: [], inputShape: [2] } as never), 'mine: labels or targets'],
  [() => data.createDataset({} as never), 'createDataset: name is undefined, wanted text'],
  [() => data.batches({} as never, {} as never), 'batches: the data set is {  }, wanted what createDataset gives'],
  [() => data.batches(set, { batchSize: 0 }), 'batches: batchSize is 0, wanted a whole number of at least 1'],
  [() => data.folds(set, 0, 1), 'folds: count is 0, wanted a whole number of at least 1'],
])('%s', (run, message) => {
  expect(run).toThrow(message);
});

test('observe', async () => {
  const look = observe as (...given: unknown[]) => Promise<unknown>;
  const network = sequential([2], [dense(3), lif(), dense(2)], { steps: 2 });
  for (const given of [
    [],
    [{ predict() {} }],
    [network],
    [network, {}],
    [network, []],
    [network, { 'dense_1/weight': 1 }],
  ]) {
    await expect(look(...given)).rejects.toThrow(ConfigurationError);
  }
});
