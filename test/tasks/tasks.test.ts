// Every task, by rules that learn all of them: what is read, learned, judged, saved and refused.

import { describe, expect, test } from 'vitest';
import { rules } from '../../src/forward-only/index.ts';
import {
  absoluteError,
  backprop,
  ConfigurationError,
  conv2d,
  createLearner,
  dense,
  flatten,
  huber,
  InputError,
  monoForward,
  multiLabel,
  reconstruction,
  regression,
  reward,
  sequential,
  sgd,
  squaredError,
  tpsgd,
  type Judgement,
  type Reward,
  type Task,
} from '../../src/index.ts';
import { draws } from './draws.ts';

const [SAMPLES, FEATURES, OUTPUTS] = [96, 6, 3];
const x = draws('inputs', SAMPLES * FEATURES);
const mix = draws('mix', FEATURES * OUTPUTS);
const rowOf = (row: number): number[] =>
  Array.from({ length: OUTPUTS }, (_, o) =>
    Array.from({ length: FEATURES }, (_x, i) => x[row * FEATURES + i] * mix[i * OUTPUTS + o]).reduce((a, b) => a + b),
  );
const rows = Array.from({ length: SAMPLES }, (_, row) => rowOf(row));
const labels = ['red', 'round', 'ripe'];

const values = Float32Array.from(rows.flat());
const yesAndNo = values.map((value) => (value > 0 ? 1 : 0));

interface Case {
  readonly task: Task<Judgement & Record<string, unknown>>;
  readonly outputs: number;
  readonly targets: Float32Array | readonly Reward[] | null;
  readonly metrics: readonly string[];
}

const cases: Readonly<Record<string, Case>> = {
  regression: {
    task: regression(OUTPUTS) as unknown as Case['task'],
    outputs: OUTPUTS,
    targets: values,
    metrics: ['r2', 'mse', 'mae'],
  },
  'multi-label': {
    task: multiLabel(labels) as unknown as Case['task'],
    outputs: OUTPUTS,
    targets: yesAndNo,
    metrics: ['exact', 'acc', 'f1'],
  },
  reconstruction: {
    task: reconstruction() as unknown as Case['task'],
    outputs: FEATURES,
    targets: null,
    metrics: ['mse', 'mae'],
  },
  reward: {
    task: reward(OUTPUTS) as unknown as Case['task'],
    outputs: OUTPUTS,
    targets: rows.map((row, at) => ({ action: at % OUTPUTS, reward: row[at % OUTPUTS] })),
    metrics: ['reward'],
  },
};

/** Those of some samples. */
function cut({ targets, outputs }: Case, first: number, end: number): Case['targets'] {
  if (targets instanceof Float32Array) return targets.subarray(first * outputs, end * outputs);
  return targets?.slice(first, end) ?? null;
}

const network = (outputs: number) => sequential([FEATURES], [dense(24, { activation: 'tanh' }), dense(outputs)]);
const rate = { tpsgd: 0.02, drtp: 0.02, zerothOrder: 0.02 } as const;

describe.each(Object.entries(cases))('%s', (_, given) => {
  const { task, outputs, targets, metrics } = given;
  const options = { network: network(outputs), task, batchSize: 16 };
  const ruleOf = (name: keyof typeof rules) => rules[name]({ optimizer: sgd(rate[name as keyof typeof rate] ?? 0.1) });
  const learned = (Object.keys(rules) as (keyof typeof rules)[]).filter((name) =>
    ruleOf(name).learns.includes(task.kind),
  );

  test.each(learned)('%s learns it: the loss falls, metrics stand in the history', async (name) => {
    const learner = await createLearner({ ...options, rule: ruleOf(name) });
    const before = learner.evaluate(x, targets);
    const { history } = await learner.fit(x, targets, { epochs: 30, validationData: [x, targets] });
    const after = learner.evaluate(x, targets);
    expect(after.loss).toBeLessThan(before.loss);
    expect(Object.keys(history)).toEqual(['loss', ...metrics, 'val_loss', ...metrics.map((metric) => `val_${metric}`)]);
    expect(history.val_loss.at(-1)).toBe(after.loss);
    expect(learner.predict(x)).toHaveLength(SAMPLES * outputs);
    expect(learner.memory()).toMatchObject({ usedBytes: learner.memory().plannedBytes, strayBytes: 0 });
  });

  test('a step gives loss and metrics, which evaluate gave before it', async () => {
    const learner = await createLearner({ ...options, rule: backprop({ optimizer: sgd(0.1) }) });
    const [few, target] = [x.subarray(0, 16 * FEATURES), cut(given, 0, 16)];
    const { loss } = learner.evaluate(few, target);
    const step = learner.trainOnBatch(few, target);
    expect(step.loss).toBe(loss);
    for (const metric of metrics) expect(Number.isFinite(step[metric])).toBe(true);
  });

  test('a stream learns it, and what is saved goes on elsewhere', async () => {
    const rule = monoForward({ optimizer: sgd(0.02) });
    const [learner, other] = [await createLearner({ ...options, rule }), await createLearner({ ...options, rule })];
    const sample = (row: number) => ({
      x: x.subarray(row * FEATURES, (row + 1) * FEATURES),
      y: cut(given, row, row + 1),
    });
    const stream = Array.from({ length: 40 }, (_s, row) => sample(row));
    for await (const event of learner.train(stream)) expect(event.loss).toBeGreaterThan(0);
    other.restore(learner.save());
    for (const each of [learner, other]) each.learnOne(sample(50).x, sample(50).y);
    expect(other.save()).toEqual(learner.save());
  });

  test('what is for classes is refused in one line', async () => {
    const learner = await createLearner({ ...options, rule: backprop() });
    const asks = [() => learner.classify(x), () => learner.addClass('a'), () => learner.removeClass('a')];
    for (const ask of asks) {
      expect(ask).toThrow(ConfigurationError);
      expect(ask).toThrow(`is for classes, but what is learned here is ${learner.compiled.task.kind}`);
    }
    await expect(learner.fit(x, targets, { classWeight: { a: 1 } })).rejects.toThrow('classWeight is for classes');
    await expect(learner.resize({ classes: 4 })).rejects.toThrow('resize makes room for classes');
  });

  test('the network gives as many outputs', async () => {
    const other = createLearner({ ...options, network: network(outputs + 1), rule: backprop() });
    await expect(other).rejects.toThrow(ConfigurationError);
    await expect(other).rejects.toThrow(`is of ${outputs} values, but the network gives ${outputs + 1} outputs`);
  });
});

describe('metrics by their formulas', () => {
  test('regression: mse, mae, r2 as the mean over outputs', async () => {
    const targets = values;
    const learner = await createLearner({
      network: network(OUTPUTS),
      task: regression(OUTPUTS),
      rule: backprop({ optimizer: sgd(0.1) }),
      standardize: false,
    });
    await learner.fit(x, targets, { epochs: 5 });
    const answers = learner.predict(x);
    const errors = Array.from(answers, (answer, at) => answer - targets[at]);
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    const column = <T>(values: ArrayLike<T>, o: number): T[] =>
      Array.from(values).filter((_, at) => at % OUTPUTS === o);
    const r2s = [0, 1, 2].map((o) => {
      const wanted = column(targets, o);
      const spread = mean(wanted.map((t) => (t - mean(wanted)) ** 2));
      return 1 - mean(column(errors, o).map((e) => e * e)) / spread;
    });
    const { mse, mae, r2, loss, count } = learner.evaluate(x, targets);
    expect(mse).toBeCloseTo(mean(errors.map((e) => e * e)), 6);
    expect(mae).toBeCloseTo(mean(errors.map(Math.abs)), 6);
    expect(r2).toBeCloseTo(mean(r2s), 6);
    expect(loss).toBeCloseTo((mse * OUTPUTS) / 2, 5);
    expect(count).toBe(SAMPLES);
  });

  test('multi-label: per label, all of a sample, f1', async () => {
    const targets = yesAndNo;
    const rule = backprop({ optimizer: sgd(0.1) });
    const learner = await createLearner({ network: network(OUTPUTS), task: multiLabel(labels), rule });
    await learner.fit(x, targets, { epochs: 3 });
    const said = Array.from(learner.predict(x), (answer) => answer >= 0.5);
    const holds = Array.from(targets, (target) => target === 1);
    const evaluation = learner.evaluate(x, targets);
    const right = said.map((says, at) => says === holds[at]);
    expect(evaluation.accuracy).toBeCloseTo(right.filter(Boolean).length / right.length, 12);
    const exact = rows.filter((_, row) => [0, 1, 2].every((label) => right[row * 3 + label])).length;
    expect(evaluation.exactMatch).toBe(exact / SAMPLES);
    const of = (label: number, test: (at: number) => boolean): number =>
      rows.filter((_, row) => test(row * 3 + label)).length;
    const f1s = labels.map((name, label) => {
      const hits = of(label, (at) => said[at] && holds[at]);
      const [precision, recall] = [hits / of(label, (at) => said[at]), hits / of(label, (at) => holds[at])];
      expect(evaluation.labels[name].precision).toBe(precision);
      expect(evaluation.labels[name].recall).toBe(recall);
      return (2 * precision * recall) / (precision + recall);
    });
    expect(evaluation.f1).toBeCloseTo((f1s[0] + f1s[1] + f1s[2]) / 3, 12);
  });
});

describe('losses', () => {
  test.each([
    [squaredError, (e: number) => 0.5 * e * e],
    [absoluteError, (e: number) => Math.abs(e)],
    [huber(0.3), (e: number) => (Math.abs(e) <= 0.3 ? 0.5 * e * e : 0.3 * (Math.abs(e) - 0.15))],
  ])('$name: the formula within 1e-6, summed over the outputs', async (loss, of) => {
    const targets = values;
    const rule = backprop({ optimizer: sgd(0.1) });
    const learner = await createLearner({ network: network(OUTPUTS), task: regression(OUTPUTS, { loss }), rule });
    const errors = Array.from(learner.predict(x), (answer, at) => answer - targets[at]);
    const wanted = errors.map(of).reduce((a, b) => a + b) / SAMPLES;
    expect(Math.abs(learner.evaluate(x, targets).loss - wanted)).toBeLessThan(1e-6 * wanted);
  });

  test('binary cross-entropy of logits of thousands neither overflows nor loses the loss', async () => {
    const targets = yesAndNo;
    const far = x.map((value) => 5000 * value);
    const plain = sequential([FEATURES], [dense(OUTPUTS)]);
    const learner = await createLearner({ network: plain, task: multiLabel(labels), rule: backprop() });
    const weights = learner.weights()['dense_1/weight'].values;
    const logit = (row: number, o: number): number =>
      Array.from({ length: FEATURES }, (_, i) => far[row * FEATURES + i] * weights[i * OUTPUTS + o]).reduce(
        (a, b) => a + b,
      );
    let wanted = 0;
    rows.forEach((_, row) => {
      for (let o = 0; o < OUTPUTS; o++) {
        const z = logit(row, o);
        wanted += (Math.max(z, 0) - z * targets[row * OUTPUTS + o] + Math.log1p(Math.exp(-Math.abs(z)))) / SAMPLES;
      }
    });
    expect(Math.max(...rows.map((_, row) => Math.abs(logit(row, 0))))).toBeGreaterThan(1000);
    expect(Math.abs(learner.evaluate(far, targets).loss - wanted)).toBeLessThan(1e-5 * wanted);
  });

  test.each([0, -1, Number.NaN, Infinity])('huber refuses the distance %s', (delta) => {
    expect(() => huber(delta)).toThrow(ConfigurationError);
  });
});

describe('targets', () => {
  const start = (task: Task<Judgement>, outputs = OUTPUTS) =>
    createLearner({ network: network(outputs), task, rule: tpsgd() });

  test('come as rows, as one array, of any number type: all the same', async () => {
    const flat = Float32Array.from(rows.flat());
    const forms = [rows, flat, [...flat], rows.map((row) => Float32Array.from(row)), Float64Array.from(flat)];
    const hashes = forms.map(async (targets) => {
      const learner = await start(regression(OUTPUTS));
      await learner.fit(x, targets);
      return learner.weightHash();
    });
    expect(new Set(await Promise.all(hashes)).size).toBe(1);
  });

  test.each<[string, Task<Judgement>, unknown, string]>([
    ['too few', regression(OUTPUTS), [1, 2], 'got 2 target values, wanted 3 for each sample'],
    ['not finite', regression(OUTPUTS), [1, Number.NaN, 2], 'target 0 has NaN at 1, wanted finite numbers'],
    ['no numbers', regression(OUTPUTS), ['a', 'b', 'c'], 'targets hold something of type string'],
    ['nothing', regression(OUTPUTS), null, 'targets are null, wanted numbers'],
    ['no labels', multiLabel(labels), [0, 1, 0.5], 'target 0 has 0.5 at 2, wanted 0 or 1 for each label'],
    ['rows that differ', regression(OUTPUTS), [[1, 2, 3], [4], [5, 6]], 'target 1 has 1 values, wanted 3'],
    ['fewer rows', regression(OUTPUTS), [1, 2, 3], 'got 2 samples and 1 targets, wanted as many of both'],
  ])('%s: refused', async (_, task, targets, message) => {
    const learner = await start(task);
    const two = x.subarray(0, 2 * FEATURES);
    expect(() => learner.evaluate(two, targets as number[])).toThrow(InputError);
    expect(() => learner.evaluate(two, targets as number[])).toThrow(message);
  });

  test('of a reconstruction are the samples', async () => {
    const learner = await start(reconstruction(), FEATURES);
    expect(() => learner.evaluate(x, x)).toThrow('a reconstruction has the samples as its targets, wanted null');
  });
});

test('a convolutional network gives an image where there are no classes', async () => {
  const image = sequential(
    [4, 4, 1],
    [conv2d(3, 3, { padding: 'same', activation: 'tanh' }), conv2d(1, 3, { padding: 'same' })],
  );
  const options = { rule: backprop({ optimizer: sgd(0.05) }), batchSize: 8 };
  const x16 = draws('images', 24 * 16);
  for (const [task, targets] of [
    [reconstruction(), null],
    [regression(16), x16],
  ] as const) {
    const learner = await createLearner<Judgement>({ network: image, task, ...options });
    const before = learner.evaluate(x16, targets).loss;
    await learner.fit(x16, targets, { epochs: 20 });
    expect(learner.evaluate(x16, targets).loss).toBeLessThan(0.7 * before);
    expect(learner.predict(x16)).toHaveLength(24 * 16);
  }
  await expect(createLearner({ network: image, ...options })).rejects.toThrow('wanted one output per class');
});

test('both a task and classes are refused, and a task that the rule does not learn', async () => {
  const given = { network: sequential([4], [flatten(), dense(2)]), rule: tpsgd() };
  await expect(createLearner({ ...given, classes: ['a', 'b'], task: regression(2) })).rejects.toThrow(
    'classes are short for task: classification(...), but there is a task too',
  );
  const picky = { ...tpsgd(), learns: ['classification'] as const };
  await expect(createLearner({ ...given, rule: picky, task: regression(2) })).rejects.toThrow(
    "the rule 'tpsgd' learns classification, not regression",
  );
});
