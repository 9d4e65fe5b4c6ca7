import { describe, expect, it } from 'vitest';
import { randomBelow, streamKey, uniformFromWord, wordReader } from '../../runtime/simd/parts/philox.ts';
import { startLearner } from '../../src/run.ts';
import {
  CheckpointError,
  ConfigurationError,
  createLearner,
  dense,
  last,
  multiLabel,
  reconstruction,
  recurrent,
  regression,
  sequential,
  squaredError,
  binaryCrossEntropy,
  writeCompiled,
  type CreateOptions,
  type FitOptions,
  type LocalLearner,
} from '../../src/index.ts';
import { backprop } from '../../src/forward-only/backprop.ts';
import { seal, unseal } from '../../src/data/sealed.ts';
import { sgd } from '../../src/optimizers/sgd.ts';

const FEATURES = 4;
const COUNT = 60;
const next = wordReader(7, streamKey('wide'), 0);
/** The class is whether the first feature is above its middle; the scales differ, and the last does not vary. */
const y = Int32Array.from({ length: COUNT }, () => randomBelow(next, 2));
const wide = Float64Array.from({ length: COUNT * FEATURES }, (_, at) => {
  const noise = uniformFromWord(next());
  const row = Math.floor(at / FEATURES);
  return [1e6 + 5 * y[row] + noise, 0.001 * noise, -300 * noise, 7][at % FEATURES];
});
const [mean, deviation] = columns(wide);

/** By two passes, as a text book has it. */
function columns(values: ArrayLike<number>): [number[], number[]] {
  const rows = values.length / FEATURES;
  const of = (term: (value: number, feature: number) => number): number[] =>
    Array.from({ length: FEATURES }, (_, feature) => {
      let sum = 0;
      for (let row = 0; row < rows; row++) sum += term(values[row * FEATURES + feature], feature);
      return sum / rows;
    });
  const means = of((value) => value);
  return [means, of((value, feature) => (value - means[feature]) ** 2).map((variance) => Math.sqrt(variance) || 1)];
}

const byHand = Float64Array.from(wide, (value, at) => (value - mean[at % FEATURES]) / deviation[at % FEATURES]);

const rule = backprop({ optimizer: sgd(0.1) });
const network = (outputs = 2) => sequential([FEATURES], [dense(8, { activation: 'tanh' }), dense(outputs)]);
const create = (options: Partial<CreateOptions> = {}): Promise<LocalLearner> =>
  createLearner({ network: network(), rule, batchSize: 8, ...options });
const fitted = async (options: Partial<CreateOptions> = {}, fit: FitOptions = {}): Promise<LocalLearner> => {
  const learner = await create(options);
  await learner.fit(wide, y, { epochs: 3, ...fit });
  return learner;
};

const closeTo = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 9));

describe('a table that is learned as it comes', () => {
  it('is standardised by mean and deviation of its rows, which learning by hand-made columns finds again', async () => {
    const learner = await fitted();
    const { input, target } = learner.standardization;
    expect(input?.mean.map((value, at) => value / mean[at])).toEqual(mean.map(() => expect.closeTo(1, 12)));
    expect(input?.deviation).toEqual(closeTo(deviation));
    expect(input?.deviation[3]).toBe(1);
    expect(target).toBeNull();
    const other = await create({ standardize: false });
    await other.fit(byHand, y, { epochs: 3 });
    expect(other.standardization).toEqual({ input: null, target: null });
    const [a, b] = [learner.predict(wide), other.predict(byHand)];
    for (let at = 0; at < a.length; at++) expect(a[at]).toBeCloseTo(b[at], 5);
    expect(learner.evaluate(wide, y).accuracy).toBe(1);
  });

  it('gives doubles, floats, nested rows and single samples the same answers where a float holds them', async () => {
    const floats = Float32Array.from(wide);
    const learner = await create();
    await learner.fit(floats, y, { epochs: 2 });
    const rows = Array.from({ length: COUNT }, (_, row) => [...floats.subarray(row * FEATURES, (row + 1) * FEATURES)]);
    const answers = learner.predict(floats);
    expect(learner.predict(Float64Array.from(floats))).toEqual(answers);
    expect(learner.predict(rows)).toEqual(answers);
    const { scores } = learner.classify(rows[5]);
    expect(Object.values(scores)).toEqual([...answers.subarray(10, 12)]);
  });

  it('measures the rows that are learned from, not those that are kept for validation', async () => {
    const learner = await fitted({}, { validationSplit: 0.5 });
    const half = learner.standardization.input;
    const whole = (await fitted()).standardization.input;
    expect(half).not.toEqual(whole);
    const judged = await create();
    await judged.fit(wide, y, { validationData: [wide.map((value) => value + 1000), y] });
    expect(judged.standardization.input).toEqual(whole);
  });

  it('is measured once: by the first fit, and again behind a reset', async () => {
    const learner = await fitted();
    const first = learner.standardization;
    await learner.fit(
      wide.map((value) => 2 * value),
      y,
    );
    expect(learner.standardization).toEqual(first);
    learner.reset();
    expect(learner.standardization.input).toBeNull();
    await learner.fit(
      wide.map((value) => 2 * value),
      y,
    );
    expect(learner.standardization.input?.mean[0]).toBeCloseTo(2 * mean[0], 6);
  });

  it('is not touched where samples were learned before, or weights came from elsewhere', async () => {
    const begun = await create();
    begun.learnOne([1, 2, 3, 4], 0);
    await begun.fit(
      byHand.map((value) => 3 * value),
      y,
    );
    expect(begun.standardization.input).toBeNull();
    const given = await create({ weights: (await fitted()).weights() });
    await given.fit(
      byHand.map((value) => 3 * value),
      y,
    );
    expect(given.standardization.input).toBeNull();
  });

  it('leaves no measure of a fit that ended before its first step', async () => {
    const learner = await create();
    const signal = AbortSignal.abort();
    await expect(learner.fit(wide, y, { signal })).rejects.toThrow();
    expect(learner.standardization.input).toBeNull();
  });

  it('learns one by one and from a stream in the same units', async () => {
    const [one, stream] = [await fitted(), await fitted()];
    const sample = wide.subarray(0, FEATURES);
    const result = one.learnOne(sample, y[0]);
    expect(result.loss).toBeLessThan(0.5);
    for await (const event of stream.train([{ x: sample, y: y[0] }])) expect(event.loss).toBe(result.loss);
    expect(stream.weightHash()).toBe(one.weightHash());
  });

  it('refuses what is beyond a float once it is standardised', async () => {
    const learner = await create();
    const tiny = Float64Array.from(wide, (value, at) => (at % FEATURES === 1 ? 1e-35 * value : value));
    await learner.fit(tiny, y);
    expect(() => learner.predict([1e6, 3e38, 0, 7])).toThrow(/sample 0 is too far from what was learned/);
  });
});

describe('what stays as it is', () => {
  it('values in 0..1: pixels as floats, shares, one-hot columns', async () => {
    const shares = Float32Array.from(wide, (_, at) => (at % 5) / 4);
    const [usual, off] = [await create(), await create({ standardize: false })];
    for (const learner of [usual, off]) await learner.fit(shares, y);
    expect(usual.standardization).toEqual({ input: null, target: null });
    expect(usual.weightHash()).toBe(off.weightHash());
    const forced = await create({ standardize: true });
    await forced.fit(shares, y);
    expect(forced.standardization.input?.mean).toHaveLength(FEATURES);
  });

  it('samples of several axes, unless it is asked for: then by the last axis, of any length too', async () => {
    const layers = [recurrent(dense(6, { activation: 'tanh' })), last(), dense(2)];
    const sequences = Array.from({ length: 20 }, (_, row) => wide.subarray(0, FEATURES * (1 + (row % 5))));
    const labels = sequences.map((_, row) => row % 2);
    const options = { network: sequential([FEATURES], layers, { steps: 5, varying: true }) };
    const usual = await create(options);
    await usual.fit(sequences, labels);
    expect(usual.standardization.input).toBeNull();
    const learner = await create({ ...options, standardize: true });
    await learner.fit(sequences, labels);
    const frames = Float64Array.from(sequences.flatMap((sequence) => [...sequence]));
    const [means, deviations] = columns(frames);
    expect(learner.standardization.input?.deviation).toEqual(closeTo(deviations));
    expect(learner.standardization.input?.mean[2]).toBeCloseTo(means[2], 9);
    const plain = await create({ ...options, standardize: false, weights: learner.weights() });
    const { mean: m, deviation: d } = learner.standardization.input ?? { mean: [], deviation: [] };
    const standard = sequences.map((all) =>
      Float32Array.from(all, (x, at) => (x - m[at % FEATURES]) / d[at % FEATURES]),
    );
    expect(learner.predict(sequences)).toEqual(plain.predict(standard));
  });

  it('what a network keeps as bytes, and several labels at once', async () => {
    const bytes = await create({ network: sequential([FEATURES], [dense(2)], { element: 'u8' }) });
    await bytes.fit(
      new Uint8Array(FEATURES * 6).map((_, at) => at * 9),
      [0, 1, 0, 1, 0, 1],
    );
    expect(bytes.standardization.input).toBeNull();
    const learner = await createLearner({ network: network(), rule, task: multiLabel(['a', 'b']) });
    await learner.fit(
      wide,
      Float32Array.from({ length: 2 * COUNT }, (_, at) => at % 2),
    );
    expect(learner.standardization.target).toBeNull();
    expect(learner.standardization.input).not.toBeNull();
  });

  it('and is refused where it cannot be', async () => {
    const bytes = { network: sequential([FEATURES], [dense(2)], { element: 'u8' }), standardize: true } as const;
    await expect(create(bytes)).rejects.toThrow(ConfigurationError);
    await expect(create(bytes)).rejects.toThrow('keeps samples as bytes, wanted false');
    await expect(create({ standardize: 'yes' as never })).rejects.toThrow("standardize is 'yes', wanted true or false");
    const task = reconstruction({ loss: binaryCrossEntropy });
    const bounded = createLearner({ network: network(FEATURES), rule, task, standardize: true });
    await expect(bounded).rejects.toThrow('bounded by loss or activation');
  });
});

describe('values to be learned', () => {
  const prices = Float32Array.from({ length: 2 * COUNT }, (_, at) => {
    const row = at >> 1;
    return at % 2 === 0 ? 3e5 + 2e4 * byHand[row * FEATURES] : -0.01 * byHand[row * FEATURES + 2];
  });

  it('are standardised where they are wide, and answers and errors come in their units', async () => {
    const options = { network: network(2), rule, batchSize: 8, task: regression(['price', 'rate']) };
    const learner = await createLearner(options);
    const { history } = await learner.fit(wide, prices, { epochs: 60, validationData: [wide, prices] });
    expect(learner.standardization.target?.mean[0]).toBeCloseTo(3e5, -4);
    const evaluation = learner.evaluate(wide, prices);
    expect(evaluation.r2).toBeGreaterThan(0.95);
    expect(history.val_mae.at(-1)).toBeCloseTo(evaluation.mae, 6);
    const answers = learner.predict(wide);
    const errors = answers.reduce((sum, answer, at) => sum + Math.abs(answer - prices[at]), 0);
    expect(evaluation.mae).toBeCloseTo(errors / prices.length, 3);
    expect(learner.learnOne(wide.subarray(0, FEATURES), prices.subarray(0, 2)).mae).toBeLessThan(2e4);
    const { target } = (await createLearner({ ...options, standardize: false })).standardization;
    expect(target).toBeNull();
  });

  it('are left to a network whose last layer bounds them', async () => {
    const bounded = sequential([FEATURES], [dense(2, { activation: 'tanh' })]);
    const learner = await createLearner({ network: bounded, rule, task: regression(2) });
    await learner.fit(
      wide,
      prices.map((value) => Math.tanh(value)),
    );
    expect(learner.standardization.target).toBeNull();
  });

  it('are the samples of a reconstruction, in the same units', async () => {
    const task = reconstruction({ loss: squaredError });
    const learner = await createLearner({ network: network(FEATURES), rule, task, batchSize: 8 });
    await learner.fit(wide, null, { epochs: 80 });
    expect(learner.standardization.target).toEqual(learner.standardization.input);
    const answers = learner.predict(wide);
    expect(Math.abs(answers[0] - wide[0])).toBeLessThan(10);
    expect(answers[3]).toBeCloseTo(7, 0);
  });
});

describe('what was measured', () => {
  it('goes with weights, as an option', async () => {
    const learner = await fitted();
    const { standardization: standardize } = learner;
    const other = await create({ weights: learner.weights(), standardize });
    expect(other.predict(wide)).toEqual(learner.predict(wide));
    await other.fit(
      wide.map((value) => 2 * value),
      y,
    );
    expect(other.standardization).toEqual(standardize);
    const short = { input: { mean: [1], deviation: [1] }, target: null };
    await expect(create({ standardize: short })).rejects.toThrow('mean and deviation of the input, wanted a list of 4');
    await expect(create({ standardize: { input: null } as never })).rejects.toThrow('deviation of the target');
    await expect(create({ standardize: { mean: [] } as never })).rejects.toThrow("standardize has no option 'mean'");
  });

  it('goes with a checkpoint, into a learner of another place and with another option', async () => {
    const options = { network: network(), rule, batchSize: 8 };
    const learner = await fitted();
    const saved = learner.save();
    const again = await create({ restore: saved, standardize: false });
    expect(again.standardization).toEqual(learner.standardization);
    const compiled = await startLearner(writeCompiled(learner.compiled), { restore: saved });
    for (const other of [again, compiled]) expect(other.predict(wide)).toEqual(learner.predict(wide));
    const fresh = await startLearner(writeCompiled((await createLearner(options)).compiled));
    await fresh.fit(wide, y, { epochs: 3 });
    expect(fresh.weightHash()).toBe(learner.weightHash());
    await again.resize({ batchSize: 4 });
    expect(again.predict(wide)).toEqual(learner.predict(wide));
  });

  it('is refused where it is damaged, and nothing is changed', async () => {
    const learner = await fitted();
    const hash = learner.weightHash();
    const before = learner.standardization;
    const format = { magic: 'ONWD', version: 2 };
    const { header, content } = unseal(format, learner.save(), (what) => {
      throw new Error(what);
    });
    const { mean: m, deviation: d } = before.input ?? { mean: [], deviation: [] };
    const bad: unknown[] = [
      { mean: m.slice(1), deviation: d },
      { mean: m, deviation: d.map(() => 0) },
      { mean: m.map(() => null), deviation: d },
      { mean: 'none' },
    ];
    for (const input of bad) {
      const bytes = seal(format, { ...(header as object), standardization: { input, target: null } }, [content]);
      expect(() => learner.restore(bytes)).toThrow(CheckpointError);
      expect(learner.weightHash()).toBe(hash);
      expect(learner.standardization).toBe(before);
    }
    const older = seal(format, { ...(header as object), standardization: undefined }, [content]);
    learner.restore(older);
    expect(learner.standardization.input).toBeNull();
  });
});
