// E-prop where thresholds adapt: the paper in double precision beside one training step, and what slow traces take and
// cannot do.

import { describe, expect, test } from 'vitest';
import { randomWord, streamKey, uniformFromWord } from '../../runtime/simd/parts/philox.ts';
import { recordLearner } from '../../src/author.ts';
import { batchOf } from '../../src/check/host.ts';
import {
  block,
  conv2d,
  createLearner,
  dense,
  eprop,
  flatten,
  int8,
  lif,
  lora,
  recurrent,
  sequential,
  sgd,
  type CreateOptions,
  type LayerSpec,
  type LifOptions,
  type NetworkSpec,
} from '../../src/index.ts';
import {
  back,
  descend,
  distance,
  plus,
  product,
  rowsOf,
  softmax,
  weightsOf,
  type Matrix,
  type Vector,
} from './doubles.ts';

const [INPUTS, UNITS, CLASSES, STEPS, BATCH, RATE, SEED] = [4, 11, 3, 6, 5, 0.5, 7];
const rule = eprop({ optimizer: sgd(RATE) });
const plain = eprop({ optimizer: sgd(RATE), slowTraces: false });
const adapting = { decay: 0.8, threshold: 0.3, adaptation: 0.5, adaptationDecay: 0.9 } as const;

const recurrentNetwork = (options: LifOptions): NetworkSpec =>
  sequential([INPUTS], [recurrent(block([dense(UNITS), lif(options)])), dense(CLASSES)], { steps: STEPS });

/** U(-b, b), b = sqrt(6 / units), numbered column by column. */
const B: Matrix = Array.from({ length: UNITS }, (_, row) =>
  Array.from({ length: CLASSES }, (__, column) => {
    const word = randomWord(SEED, streamKey('recurrent_1/feedback/weight'), 0, column * UNITS + row);
    return Math.sqrt(6 / UNITS) * (2 * uniformFromWord(word) - 1);
  }),
);

/** What a step has to learn, and the same without slow traces. */
function learned(options: Required<Pick<LifOptions, keyof typeof adapting>> & LifOptions, isSlow: boolean) {
  const { decay, threshold, adaptation, adaptationDecay, currentDecay = 0, reset = 'soft' } = options;
  return (before: Readonly<Record<string, number[]>>, input: ArrayLike<number>, label: ArrayLike<number>) => {
    const hidden = 'recurrent_1/block_1/dense_1';
    const [W, V] = [rowsOf(before[`${hidden}/weight`], UNITS), rowsOf(before['dense_1/weight'], CLASSES)];
    const sums = Object.fromEntries(
      Object.entries(before).map(([name, { length }]) => [name, new Array(length).fill(0)]),
    );
    const add = (name: string, row: number, by: Vector): void =>
      by.forEach((value, column) => (sums[name][row * by.length + column] += value));
    let spikes = 0;
    for (const [sample, sequence] of rowsOf(input, STEPS * INPUTS).entries()) {
      const zeros = (length: number): number[] => new Array(length).fill(0);
      let [membrane, current, adapted, fed] = [UNITS, UNITS, UNITS, UNITS].map(zeros) as Vector[];
      let [fast, z] = [INPUTS + UNITS, INPUTS + UNITS].map(zeros) as Vector[];
      const slow = Array.from({ length: INPUTS + UNITS }, () => zeros(UNITS));
      for (const x of rowsOf(sequence as number[], INPUTS)) {
        const joint = [...x, ...fed];
        const given = plus(product(joint, W), before[`${hidden}/bias`]);
        current = given.map((value, j) => currentDecay * current[j] + value);
        const u = current.map((value, j) => decay * membrane[j] + value);
        const v = u.map((potential, j) => potential - threshold - adaptation * adapted[j]);
        const s = v.map((above) => (above > 0 ? 1 : 0));
        membrane = u.map((value, j) => (reset === 'soft' ? value - threshold * s[j] : value * (1 - s[j])));
        adapted = s.map((spike, j) => adaptationDecay * adapted[j] + spike);
        fed = s;
        spikes += s.reduce<number>((sum, spike) => sum + spike, 0);

        fast = joint.map((value, i) => currentDecay * fast[i] + value);
        z = fast.map((value, i) => decay * z[i] + value);
        const outputs = plus(product(s, V), before['dense_1/bias']);
        const e = softmax(outputs).map((share, k) => (share - (k === label[sample] ? 1 : 0)) / BATCH / STEPS);
        s.forEach((spike, j) =>
          add(
            'dense_1/weight',
            j,
            e.map((error) => error * spike),
          ),
        );
        add('dense_1/bias', 0, e);
        const L = back(e, B);
        const g = v.map((above) => Math.max(0, 1 - Math.abs(above)));
        slow.forEach((a, i) => {
          const eligible = g.map((slope, j) => slope * (z[i] - (isSlow ? adaptation * a[j] : 0)));
          add(
            `${hidden}/weight`,
            i,
            eligible.map((value, j) => L[j] * value),
          );
          // what the threshold of the next step has
          a.forEach((value, j) => (a[j] = g[j] * z[i] + (adaptationDecay - g[j] * adaptation) * value));
        });
        add(
          `${hidden}/bias`,
          0,
          L.map((told, j) => told * g[j]),
        );
      }
    }
    expect(spikes).toBeGreaterThan(BATCH * STEPS);
    return descend(before, sums, RATE);
  };
}

describe.each([
  ['soft reset', adapting],
  ['hard reset, with a current', { ...adapting, reset: 'hard', currentDecay: 0.4 }],
] as const)('%s', (_, options) => {
  const network = recurrentNetwork(options);
  const { input, label } = batchOf(network, BATCH, 0, CLASSES);
  const trained = async (more: Partial<CreateOptions> = {}) => {
    const learner = await createLearner({ network, rule, batchSize: BATCH, seed: SEED, ...more });
    const before = weightsOf(learner);
    learner.trainOnBatch(input, label);
    return [before, weightsOf(learner)] as const;
  };

  test('one update, within 1e-6 of the paper in double precision, and far from one without slow traces', async () => {
    const [before, after] = await trained();
    expect(distance(after, learned(options, true)(before, input, label))).toBeLessThan(1e-6);
    expect(distance(after, learned(options, false)(before, input, label))).toBeGreaterThan(1e-3);
  });

  test('one update without slow traces, within 1e-6', async () => {
    const [before, after] = await trained({ rule: plain });
    expect(distance(after, learned(options, false)(before, input, label))).toBeLessThan(1e-6);
  });

  test('the same in micro-batches, within 1e-6', async () => {
    const [[, whole], [, parts]] = [await trained(), await trained({ microBatch: 2 })];
    expect(distance(parts, whole)).toBeLessThan(1e-6);
  });

  test('int8 weights learn the same, within 1.001 steps of their columns', async () => {
    const [before, after] = await trained({ storage: int8() });
    const hidden = 'recurrent_1/block_1/dense_1/weight';
    const wanted = learned(options, true)(before, input, label)[hidden];
    const step = Math.min(...before[hidden].map(Math.abs).filter((value) => value > 0));
    expect(distance({ [hidden]: after[hidden] }, { [hidden]: wanted })).toBeLessThan(1.001 * step);
  });

  test('the columns that learn do so as if all did, to the bit', async () => {
    const name = 'recurrent_1/block_1/dense_1/weight';
    const [before, all] = await trained();
    const [, some] = await trained({
      trainable: { dense_1: true, 'recurrent_1/block_1/dense_1': { channels: 8 / UNITS } },
    });
    some[name].forEach((value, at) => expect(value).toBe((at % UNITS < 8 ? all : before)[name][at]));
  });
});

test('a slow trace is planned for every synapse and sample, and none where nothing adapts, or none is wanted', () => {
  const bytes = (adaptation: number, by = rule): number =>
    recordLearner({ network: recurrentNetwork({ ...adapting, adaptation }), rule: by, batchSize: BATCH }).plan.bytes;
  const synapses = (INPUTS + UNITS) * 16;
  expect(bytes(0.5) - bytes(0)).toBeGreaterThanOrEqual(4 * BATCH * synapses);
  expect(bytes(0.5) - bytes(0)).toBeLessThan(1.3 * 4 * BATCH * synapses);
  expect(bytes(0.5) - bytes(0.5, plain)).toBeGreaterThanOrEqual(4 * BATCH * synapses);
});

test('what stands in front of a layer in front of neurons drives none, in one block with them or not', async () => {
  const [inner, neurons] = [[dense(8), dense(8)], lif(adapting)];
  const hashes = [[block([...inner, neurons])], [block(inner), neurons]].map(async (layers) => {
    const network = sequential([INPUTS], [...layers, dense(CLASSES)], { steps: STEPS });
    const learner = await createLearner({ network, rule, batchSize: BATCH, seed: SEED });
    const { input, label } = batchOf(network, BATCH, 0, CLASSES);
    learner.trainOnBatch(input, label);
    return learner.weightHash();
  });
  const [one, other] = await Promise.all(hashes);
  expect(other).toBe(one);
});

test.each<[string, readonly number[], LayerSpec[], string]>([
  ['a convolution', [5, 5, 1], [conv2d(3, 3), lif(adapting), flatten()], 'conv2d_1/weight'],
  ['low rank', [4], [lora(6, { rank: 2 }), lif(adapting)], 'lora_1/lora_b'],
  ['a rank of as many units', [4], [lora(6, { rank: 6 }), lif(adapting)], 'lora_1/lora_b'],
])('refuses %s in front of neurons that adapt, and not of others', async (_, shape, layers, name) => {
  const network = sequential(shape, [...layers, dense(CLASSES)], { steps: 2 });
  await expect(createLearner({ network, rule })).rejects.toThrow(
    `eprop keeps a slow trace for every synapse of neurons that adapt, and '${name}' is not`,
  );
  await createLearner({ network, rule: plain });
  const still = layers.map((layer) => (layer.type === 'lif' ? lif() : layer));
  await createLearner({ network: sequential(shape, [...still, dense(CLASSES)], { steps: 2 }), rule });
});
