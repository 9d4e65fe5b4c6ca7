// docs/one-update.md tells the truth: its calls and numbers are those of the learner it describes.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { randomWord, streamKey } from '../../runtime/simd/parts/philox.ts';
import { callsOf, usesOf } from '../../runtime/program/op.ts';
import { recordLearner } from '../../src/author.ts';
import { createLearner, dense, sequential, sgd, tpsgd } from '../../src/index.ts';

const text = readFileSync('docs/one-update.md', 'utf8');
const [row, column, inputs, units] = [1, 5, 4, 8];
const x = [
  [0, 1, 0.5, 0.25],
  [1, 0, 0, 0.75],
];

const options = {
  network: sequential([inputs], [dense(units, { activation: 'tanh' }), dense(3)]),
  rule: tpsgd({ optimizer: sgd(0.1), projection: { kind: 'signs', scale: 0.9 } }),
  batchSize: 2,
} as const;

test('the calls of the hidden unit', () => {
  const { program } = recordLearner(options);
  const calls = callsOf(program.phases.get('train') ?? []).filter(({ unit }) => unit === 'dense_1');
  const rows = [...text.matchAll(/^\| `(f32_\w+)` \| (.+) \| (.+) \|$/gm)];
  expect(rows).toHaveLength(calls.length);
  for (const [index, [, kernel, reads, writes]] of rows.entries()) {
    const uses = usesOf(calls[index]);
    const namesOf = (of: 'reads' | 'writes'): string =>
      uses.flatMap((use) => (use[of] ? [`\`${use.buffer.name}\``] : [])).join(', ');
    expect(calls[index].kernel.name.startsWith(kernel)).toBe(true);
    expect([reads, writes], kernel).toEqual([namesOf('reads'), namesOf('writes')]);
  }
});

test('the numbers of one update, to six digits', async () => {
  const learner = await createLearner({ ...options, seed: 7 });
  const weight = (): Float32Array => learner.weights()['dense_1/weight'].values;
  const { memory } = learner.compiled;
  const address = (name: string): number => memory.buffers.find((buffer) => buffer.name === name)?.address ?? -1;
  const target = (label: number): number =>
    randomWord(7, streamKey('dense_1/target'), 0, label * units + column) >>> 31 === 0 ? 0.9 : -0.9;

  const before = weight();
  const ofUnit = [0, 1, 2, 3].map((i) => before[i * units + column]);
  const y = x.map((sample) => Math.tanh(sample.reduce((z, value, i) => z + value * ofUnit[i], 0)));
  const delta = [2, 0].map((label, b) => ((y[b] - target(label)) / 2) * (1 - y[b] * y[b]));
  learner.trainOnBatch(x, [2, 0]);
  const after = weight()[row * units + column];

  expect(after).toBeCloseTo(before[row * units + column] - 0.1 * delta[0], 6);
  for (const value of [...ofUnit, ...y, ...delta, 0.1 * delta[0], after])
    expect(text).toContain(Math.abs(value).toFixed(6));
  expect(address('dense_1/weight') + 13 * 4).toBe(52);
  expect(text).toContain(`**${memory.plannedBytes} bytes**`);
  expect([address('dense_1/bias'), address('dense_2/weight'), address('dense_2/bias') + 32]).toEqual([128, 160, 448]);
  expect(text).toContain(`448..${address('seed') - 1}`);
});
