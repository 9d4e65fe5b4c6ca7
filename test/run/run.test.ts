// A learner made ahead of time is the one made in place, to the last bit; a file that is none is refused.

import { describe, expect, test, onTestFinished, vi } from 'vitest';
import { readCompiled } from '../../src/compile/compiled-file.ts';
import {
  adam,
  backprop,
  CheckpointError,
  classification,
  CompiledFileError,
  compileLearner,
  createLearner,
  dense,
  monoForward,
  multiLabel,
  reconstruction,
  regression,
  reward,
  sequential,
  tpsgd,
  writeCompiled,
  type Judgement,
  type TargetInput,
  type Task,
} from '../../src/index.ts';
import { regression as regressionHost, startLearner } from '../../src/run.ts';
import { draws } from '../tasks/draws.ts';

const [SAMPLES, FEATURES] = [20, 6];
const x = draws('samples', SAMPLES * FEATURES);
const values = draws('values', SAMPLES * 3);
const labels = Array.from({ length: SAMPLES }, (_, row) => row % 3);

interface Case {
  readonly task: Task<Judgement>;
  readonly outputs: number;
  readonly targets: TargetInput;
}

const cases: Readonly<Record<string, Case>> = {
  classification: { task: classification({ names: ['a', 'b', 'c'], capacity: 5 }), outputs: 3, targets: labels },
  regression: { task: regression(3), outputs: 3, targets: values },
  multiLabel: { task: multiLabel(['a', 'b', 'c']), outputs: 3, targets: values.map((v) => (v > 0 ? 1 : 0)) },
  reconstruction: { task: reconstruction(), outputs: FEATURES, targets: null },
  reward: { task: reward(3), outputs: 3, targets: labels.map((action, row) => ({ action, reward: values[row] })) },
};
const rules = {
  tpsgd: tpsgd({ optimizer: adam(0.01, { schedule: 'linear' }) }),
  backprop: backprop(),
  monoForward: monoForward(),
};

const optionsOf = ({ task, outputs }: Case, rule: keyof typeof rules) => ({
  network: sequential([FEATURES], [dense(12, { activation: 'tanh' }), dense(outputs)]),
  rule: rules[rule],
  task,
  batchSize: 8,
  seed: 3,
});

describe.each(Object.entries(cases))('%s', (_, given) => {
  const { host, kind } = given.task;
  const learning = (Object.keys(rules) as (keyof typeof rules)[]).filter((name) => rules[name].learns.includes(kind));

  test.each(learning)('%s: byte for byte as compiled in place', async (rule) => {
    const options = optionsOf(given, rule);
    const inPlace = await createLearner(options);
    const ahead = await startLearner(writeCompiled(compileLearner(options)), { task: host });
    for (const learner of [inPlace, ahead]) await learner.fit(x, given.targets, { epochs: 3, validationSplit: 0.2 });
    expect(ahead.save()).toEqual(inPlace.save());
    expect(ahead.evaluate(x, given.targets)).toEqual(inPlace.evaluate(x, given.targets));
    expect(ahead.memory()).toEqual(inPlace.memory());
    const again = await startLearner(writeCompiled(ahead.compiled), { task: host, restore: inPlace.save() });
    expect(again.weightHash()).toBe(inPlace.weightHash());
  });
});

const task = regressionHost;
const bytes = writeCompiled(compileLearner(optionsOf(cases.regression, 'tpsgd')));

test('a budget, or none, is kept', () => {
  expect(readCompiled(bytes).budget).toBe(Infinity);
  const options = { ...optionsOf(cases.regression, 'tpsgd'), budget: '1 MiB' };
  expect(readCompiled(writeCompiled(compileLearner(options))).budget).toBe(2 ** 20);
});

test('takes an ArrayBuffer, as fetch gives it, and weights', async () => {
  const learner = await startLearner(bytes.buffer, { task });
  const other = await startLearner(bytes, { task, seed: 8, weights: learner.weights() });
  expect(other.weightHash()).toBe(learner.weightHash());
});

describe('refused', () => {
  const changed = (at: number, value: number): Uint8Array => {
    const copy = bytes.slice();
    copy[at] = value;
    return copy;
  };
  test.each([
    ['another file', new TextEncoder().encode('PK and some more bytes'), "it begins with 'PK a', wanted 'ONWC'"],
    ['too few bytes', bytes.subarray(0, 9), 'has 9 bytes, too few for any'],
    ['another version', changed(4, 9), 'has format version 9, this program reads version 8'],
    ['a flipped bit', changed(99, bytes[99] ^ 1), 'is damaged or cut short'],
    ['an end that is missing', bytes.subarray(0, bytes.length - 1), 'is damaged or cut short'],
    ['no bytes', undefined as unknown as Uint8Array, 'is of type undefined, wanted Uint8Array'],
  ])('%s', async (_, given, message) => {
    await expect(startLearner(given)).rejects.toThrow(CompiledFileError);
    await expect(startLearner(given)).rejects.toThrow(message);
  });

  test('instructions that this engine does not have', async () => {
    const compiled = compileLearner(optionsOf(cases.regression, 'tpsgd'));
    const strange = writeCompiled({ ...compiled, features: 'relaxed' });
    vi.spyOn(WebAssembly, 'validate').mockReturnValue(false);
    onTestFinished(() => {
      vi.restoreAllMocks();
    });
    await expect(startLearner(strange, { task })).rejects.toThrow("this engine does not run WebAssembly 'relaxed'");
  });

  test.each([1.5, 2 ** 40, 'a'])('the seed %o', async (seed) => {
    const starting = startLearner(bytes, { task, seed: seed as number });
    const given = typeof seed === 'string' ? `'${seed}'` : seed;
    await expect(starting).rejects.toThrow(`seed is ${given}, wanted a whole number`);
  });

  test('another task than it was compiled for', async () => {
    await expect(startLearner(bytes)).rejects.toThrow(
      'compiled for regression, wanted startLearner(bytes, { task: regr',
    );
  });

  test('a checkpoint of another learner', async () => {
    const stranger = await createLearner(optionsOf(cases.regression, 'backprop'));
    await expect(startLearner(bytes, { task, restore: stranger.save() })).rejects.toThrow(CheckpointError);
  });
});
