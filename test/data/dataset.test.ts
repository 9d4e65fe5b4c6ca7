// Data sets in memory and samples that arrive: checks, permutations, splits, batches.

import { describe, expect, test } from 'vitest';
import type { Sample } from '../../src/data/index.ts';
import {
  assertFinite,
  batches,
  batchStream,
  createDataset,
  DataError,
  encodeLabels,
  folds,
  fromAsyncIterable,
  hasLabels,
  numberedClasses,
  numberedTargets,
  shuffled,
  split,
  subset,
} from '../../src/data/index.ts';

/** Sample i is (10 i, 10 i + 1) of class i mod 3. */
const numbers = (count: number) =>
  createDataset({
    name: 'numbers',
    inputs: Float32Array.from({ length: 2 * count }, (_, i) => 10 * Math.floor(i / 2) + (i % 2)),
    labels: Uint8Array.from({ length: count }, (_, i) => i % 3),
    inputShape: [2],
    classNames: ['a', 'b', 'c'],
  });

/** Sample i is (10 i, 10 i + 1), its values are i and -i. */
const measured = (count: number) => {
  const { name, inputs, inputShape } = numbers(count);
  const targets = Float32Array.from({ length: 2 * count }, (_, i) => (i % 2 === 0 ? i / 2 : -(i - 1) / 2));
  return createDataset({ name, inputs, inputShape, targets, targetNames: ['up', 'down'] });
};

describe('createDataset', () => {
  test('counts the samples', () => {
    expect([numbers(5).count, measured(5).count]).toEqual([5, 5]);
    expect([numbers(5), measured(5)].map(hasLabels)).toEqual([true, false]);
  });

  test.each([
    ['a row of targets that is short', { targets: new Float32Array(5) }, '5 values of targets are no whole rows of up'],
    ['targets without names', { targetNames: [] }, '6 values of targets are no whole rows of no names'],
    ['too many targets', { targetNames: ['up'] }, 'do not fit 6 rows of targets'],
    ['a NaN', { targets: Float32Array.of(0, 0, 1, Number.NaN, 2, -2) }, 'numbers: down of row 1 is NaN; wanted a'],
  ])('refuses %s', (_, change, message) => {
    expect(() => createDataset({ ...measured(3), ...change })).toThrow(DataError);
    expect(() => createDataset({ ...measured(3), ...change })).toThrow(message);
  });

  test.each([
    [
      'too few inputs',
      { inputs: new Float32Array(5) },
      'numbers: 5 values, 2 ([2]) for each sample, do not fit 3 labels',
    ],
    ['no shape', { inputShape: undefined as never }, 'numbers: inputShape is undefined, wanted a list, such as [784]'],
    ['a label without a class', { classNames: ['a', 'b'] }, 'label of row 2 is 2; wanted an index into 2 classes'],
    ['a NaN', { inputs: Float32Array.of(1, 2, 3, Number.NaN, 5, 6) }, 'row 1, column 1 is NaN; wanted a finite number'],
  ])('refuses %s', (_, change, message) => {
    expect(() => createDataset({ ...numbers(3), ...change })).toThrow(DataError);
    expect(() => createDataset({ ...numbers(3), ...change })).toThrow(message);
  });
});

test('assertFinite names row and column', () => {
  const data = new Float64Array(20 * 5);
  assertFinite(data, 5);
  data[17 * 5 + 3] = -Infinity;
  expect(() => assertFinite(data, 5)).toThrow('row 17, column 3 is -Infinity');
});

describe('labels', () => {
  test('classes are sorted as numbers where all are, else as text', () => {
    expect(encodeLabels(['10', '9', '10'])).toEqual({ labels: Int32Array.of(1, 0, 1), classNames: ['9', '10'] });
    expect(encodeLabels(['b', '9', 'a']).classNames).toEqual(['9', 'a', 'b']);
    expect(encodeLabels(['b'], ['a', 'b']).labels).toEqual(Int32Array.of(1));
    expect(() => encodeLabels(Array.from({ length: 65_537 }, (_, i) => `${i}`))).toThrow('more than 65536 different');
    expect(() => encodeLabels(['a', 'z'], ['a', 'b'])).toThrow('label of row 1 is "z"; wanted one of a, b');
  });

  test('a number that is no class is refused before anything is allocated', () => {
    expect(numberedClasses([0, 2], Uint8Array.of(3))).toEqual(['0', '1', '2', '3']);
    for (const label of [1e9, -1, 0.5, Number.NaN]) {
      expect(() => numberedClasses([0, label])).toThrow(`label of row 1 is ${label}; wanted a class number`);
    }
  });

  test('values without names', () => {
    expect([numberedTargets(1), numberedTargets(3)]).toEqual([['y'], ['y0', 'y1', 'y2']]);
  });
});

describe('shuffled', () => {
  test('is a permutation, stable for a seed and epoch, new for another', () => {
    const order = shuffled(1000, 7, 2);
    expect(Array.from(order).sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(shuffled(1000, 7, 2)).toEqual(order);
    expect(shuffled(1000, 7, 3)).not.toEqual(order);
    expect(shuffled(1000, 8, 2)).not.toEqual(order);
    // recorded: a change alters every training run
    expect(Array.from(shuffled(8, 1, 0))).toEqual([5, 7, 6, 0, 2, 4, 1, 3]);
    expect(shuffled(0, 1, 0)).toHaveLength(0);
  });

  test('6,000 permutations of 4: each of the 24 within 5 standard deviations of 250', () => {
    const counts = new Map<string, number>();
    for (let epoch = 0; epoch < 6000; epoch++) {
      const key = shuffled(4, 3, epoch).join('');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    for (const count of counts.values()) expect(Math.abs(count - 250)).toBeLessThan(5 * Math.sqrt(250));
  });
});

describe('split and batches', () => {
  test('split parts hold every sample once, with its label', () => {
    const { train, validation } = split(numbers(10), 0.25, 1);
    expect([train.count, validation.count]).toEqual([7, 3]);
    const rows = [train, validation].flatMap((part) =>
      Array.from(part.labels, (label, i) => {
        expect(label).toBe((part.inputs[2 * i] / 10) % 3);
        return part.inputs[2 * i] / 10;
      }),
    );
    expect(rows.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(split(numbers(10), 0.25, 1).validation).toEqual(validation);
  });

  test('split takes of every class its share, and one at least where there are two', () => {
    const labels = Uint8Array.of(...Array(18).fill(0), 1, 1, 2);
    const set = createDataset({ ...numbers(21), labels });
    for (let seed = 1; seed <= 50; seed++) {
      const { train, validation } = split(set, 0.2, seed);
      const counts = [0, 1, 2].map((label) =>
        [train, validation].map((part) => [...part.labels].filter((l) => l === label).length),
      );
      expect(counts).toEqual([
        [15, 3],
        [1, 1],
        [1, 0],
      ]);
    }
    const { validation } = split(
      createDataset({ ...numbers(300), labels: Uint8Array.from({ length: 300 }, (_, i) => Math.floor(i / 100)) }),
      0.1,
      1,
    );
    expect([...validation.labels].sort()).toEqual(Array.from({ length: 30 }, (_, i) => Math.floor(i / 10)));
    const single = createDataset({ ...numbers(3), labels: Uint8Array.of(0, 1, 2) });
    expect(split(single, 0.5, 1).validation.count).toBe(1);
  });

  test('split refuses what leaves a part empty', () => {
    for (const fraction of [0, 1, Number.NaN]) expect(() => split(numbers(10), fraction, 1)).toThrow(DataError);
    expect(() => split(numbers(1), 0.5, 1)).toThrow('cannot put the fraction 0.5 of 1 samples aside');
  });

  test('folds hold every sample once, each with its share of every class', () => {
    const set = numbers(33);
    const parts = folds(set, 5, 1);
    expect(parts.flat().sort((a, b) => a - b)).toEqual([...set.labels.keys()]);
    for (const rows of parts) {
      expect([6, 7]).toContain(rows.length);
      for (const label of [0, 1, 2]) {
        expect([2, 3]).toContain(rows.filter((row) => set.labels[row] === label).length);
      }
    }
    expect(folds(set, 5, 1)).toEqual(parts);
    expect(folds(set, 5, 2)).not.toEqual(parts);
    expect(() => folds(numbers(4), 5, 1)).toThrow('4 samples do not make 5 folds');
  });

  test('subset keeps the types and the order asked for', () => {
    const { inputs, labels, count } = subset(numbers(5), [4, 0]);
    expect(inputs).toEqual(Float32Array.of(40, 41, 0, 1));
    expect(labels).toEqual(Uint8Array.of(1, 0));
    expect(count).toBe(2);
  });

  test('of values: every row keeps its own', () => {
    const set = measured(10);
    const { train, validation } = split(set, 0.25, 1);
    expect(validation.count).toBe(2);
    for (const { inputs, targets, count } of [train, validation, subset(set, [4, 0])]) {
      expect(targets).toHaveLength(2 * count);
      for (let row = 0; row < count; row++) {
        const number = inputs[2 * row] / 10;
        expect([targets[2 * row], targets[2 * row + 1]]).toEqual([number, -number]);
      }
    }
    const parts = folds(set, 3, 1);
    expect(parts.flat().sort((a, b) => a - b)).toEqual([...Array(10).keys()]);
    expect(parts.map((rows) => rows.length)).toEqual([4, 3, 3]);
    const rows = Uint32Array.of(2, 1, 0);
    const seen = Array.from(batches(set, { batchSize: 2, rows }), ({ x, y, count }) => [[...x], [...y], count]);
    expect(seen).toEqual([
      [[20, 21, 10, 11], [2, -2, 1, -1], 2],
      [[0, 1], [0, -0], 1],
    ]);
  });

  test('batches in a given order, the last one smaller or left out', () => {
    const rows = Uint32Array.of(4, 3, 2, 1, 0);
    const seen = Array.from(batches(numbers(5), { batchSize: 2, rows }), ({ x, y, count }) => [[...x], [...y], count]);
    expect(seen).toEqual([
      [[40, 41, 30, 31], [1, 0], 2],
      [[20, 21, 10, 11], [2, 1], 2],
      [[0, 1], [0], 1],
    ]);
    expect([...batches(numbers(5), { batchSize: 2, dropRemainder: true })]).toHaveLength(2);
  });
});

describe('streams', () => {
  async function* arriving(samples: Sample[]): AsyncGenerator<Sample> {
    yield* samples;
  }
  const samples: Sample[] = [
    { x: [1, 2], y: 'b' },
    { x: Float64Array.of(3, 4), y: 'a' },
    { x: [5, 6], y: 'b' },
  ];

  test('collects names and indices', async () => {
    const named = await fromAsyncIterable(arriving(samples), { inputShape: [2] });
    expect(named.inputs).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6));
    expect(named.labels).toEqual(Int32Array.of(1, 0, 1));
    expect(named.classNames).toEqual(['a', 'b']);
    const indexed = await fromAsyncIterable([{ x: [1], y: 2 }], { inputShape: [1] });
    expect(indexed.classNames).toEqual(['0', '1', '2']);
    expect((await fromAsyncIterable(arriving(samples), { inputShape: [2], limit: 2 })).count).toBe(2);
  });

  test('hands batches on', async () => {
    const seen: unknown[] = [];
    const options = { inputShape: [2], classNames: ['a', 'b'], batchSize: 2 };
    for await (const { x, y, count } of batchStream(arriving(samples), options)) seen.push([[...x], [...y], count]);
    expect(seen).toEqual([
      [[1, 2, 3, 4], [1, 0], 2],
      [[5, 6], [1], 1],
    ]);
  });

  test.each<[string, Sample, string]>([
    ['another length', { x: [1], y: 'a' }, 'row 3 has 1 values; wanted 2'],
    ['a NaN', { x: [1, Number.NaN], y: 'a' }, 'row 3, column 1 is NaN'],
    ['a number among names', { x: [1, 2], y: 7 }, 'label of row'],
  ])('refuses %s', async (_, sample, message) => {
    const bad = [...samples, sample];
    await expect(fromAsyncIterable(arriving(bad), { inputShape: [2] })).rejects.toThrow(message);
    const batched = async () => {
      const options = { inputShape: [2], classNames: ['a', 'b'], batchSize: 2 };
      for await (const { count } of batchStream(arriving(bad), options)) expect(count).toBe(2);
    };
    await expect(batched()).rejects.toThrow(message);
    await expect(batched()).rejects.toThrow(DataError);
  });
});
