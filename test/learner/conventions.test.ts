// The calling conventions as one table: every form of samples with every form of labels gives the same result.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  createLearner,
  dense,
  flatten,
  InputError,
  sequential,
  sgd,
  tpsgd,
  type LabelInput,
  type LocalLearner,
  type SampleInput,
} from '../../src/index.ts';
import { readSamples } from '../../src/learner/inputs.ts';
import { classes, labelForms, pixels, refusedLabels, refusedSamples, sampleForms, shape } from './conventions.ts';

const create = (inputShape: readonly number[] = shape): Promise<LocalLearner> =>
  createLearner({
    network: sequential(inputShape, [flatten(), dense(4, { activation: 'tanh' }), dense(3)]),
    rule: tpsgd({ optimizer: sgd(0.5) }),
    classes,
    batchSize: 2,
  });

/** What both samples, and then the first alone, make of a learner. */
async function learnt(x: Record<'one' | 'many', unknown>, y: Record<'one' | 'many', unknown>): Promise<unknown[]> {
  const learner = await create();
  const [one, many] = [x.one as SampleInput, x.many as SampleInput];
  await learner.fit(many, y.many as LabelInput, { epochs: 2 });
  learner.learnOne(one, y.one as LabelInput);
  const { loss, confusion } = learner.evaluate(many, y.many as LabelInput);
  return [learner.weightHash(), loss, confusion, learner.predict(many), learner.classify(one)];
}

const cells = sampleForms.flatMap((x) => labelForms.map((y) => [x.form, y.form, x, y] as const));

test.each(cells)('%s with %s', async (_x, _y, x, y) => {
  expect(await learnt(x, y)).toEqual(await learnt(sampleForms[0], labelForms[0]));
});

test('every byte becomes the float32 nearest to its share of 255', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const floats = new Float32Array(256);
  readSamples(bytes, [256]).copy(0, floats, 0);
  expect(floats).toEqual(Float32Array.from(bytes, (byte) => byte / 255));
});

test('three channels of an image are red, green, blue', async () => {
  const learner = await create([1, 2, 3]);
  const data = Uint8ClampedArray.of(255, 0, 51, 255, 102, 204, 153, 255);
  const values = [1, 0, 0.2, 0.4, 0.8, 0.6];
  expect(learner.predict({ width: 2, height: 1, data })).toEqual(learner.predict(values));
});

test('gray is weighted as ITU-R BT.601 says', async () => {
  const learner = await create([1, 1, 1]);
  const data = Uint8ClampedArray.of(200, 100, 50, 255);
  expect(learner.predict({ width: 1, height: 1, data })).toEqual(learner.predict([(59.8 + 58.7 + 5.7) / 255]));
});

const two = Uint8Array.from(pixels.flat());

describe('refused', () => {
  test.each(refusedSamples)('samples: %s', async (_, input, message) => {
    const learner = await create();
    const before = learner.weightHash();
    expect(() => learner.predict(input as SampleInput)).toThrow(InputError);
    expect(() => learner.predict(input as SampleInput)).toThrow(message);
    await expect(learner.fit(input as SampleInput, [0, 1])).rejects.toThrow(InputError);
    expect(learner.weightHash()).toBe(before);
  });

  test.each(refusedLabels)('labels: %s', async (_, labels, message) => {
    const learner = await create();
    expect(() => learner.evaluate(two, labels as LabelInput)).toThrow(InputError);
    await expect(learner.fit(two, labels as LabelInput)).rejects.toThrow(message);
  });

  test('more than one where one belongs', async () => {
    const learner = await create();
    expect(() => learner.classify(two)).toThrow('classify got 2 samples, wanted one');
    expect(() => learner.learnOne(two, 0)).toThrow('got 2 samples and 1 labels, wanted as many of both');
    expect(() => learner.learnOne(two.subarray(6), [0, 0, 1])).toThrow('got 1 samples and 3 labels');
    expect(() => learner.learnOne(two, [0, 1])).toThrow('learnOne got 2 samples, wanted one: use trainOnBatch');
    const four = Uint8Array.of(...two, ...two);
    expect(() => learner.trainOnBatch(four, [0, 1, 2, 0])).toThrow('got 4 samples, wanted at most 2');
  });
});

test('nested rows are read in less than ten times what flattening them by hand takes', async () => {
  const learner = await createLearner({ network: sequential([784], [dense(2)]), rule: tpsgd(), batchSize: 256 });
  const rows = Array.from({ length: 1000 }, (_, row) => Array.from({ length: 784 }, (_, at) => (row * at) % 97));
  const flattened = () => {
    const flat = new Float32Array(rows.length * 784);
    rows.forEach((row, at) => flat.set(row, at * 784));
    return flat;
  };
  const took = (samples: () => SampleInput): number => {
    const before = process.cpuUsage();
    learner.predict(samples());
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  const best = (samples: () => SampleInput): number => Math.min(...[1, 2, 3].map(() => took(samples)));
  expect(best(() => rows)).toBeLessThan(10 * best(flattened));
  expect(learner.predict(rows)).toEqual(learner.predict(flattened()));
});

test('many references to one row take no copies', async () => {
  const learner = await createLearner({ network: sequential([1000], [dense(2)]), rule: tpsgd() });
  const row = Array.from({ length: 1000 }, (_, at) => at / 1000);
  const before = process.memoryUsage().arrayBuffers;
  const answers = learner.predict(Array<number[]>(120_000).fill(row));
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16e6);
  expect(answers.subarray(-2)).toEqual(learner.predict(row));
});

test('docs/conventions.md has this table', () => {
  const text = readFileSync(join(import.meta.dirname, '../../docs/conventions.md'), 'utf8');
  const rows = (forms: typeof sampleForms) => forms.map(({ form, means }) => `| ${form} | ${means} |`);
  const refusals = [...refusedSamples, ...refusedLabels].map(([what, , message]) => `| ${what} | ${message} |`);
  for (const row of [...rows(sampleForms), ...rows(labelForms), ...refusals]) expect(text).toContain(row);
});
