// Nothing is ignored: an option nobody knows, and a value of another type, is one error that names it.

import { describe, expect, test } from 'vitest';
import { compileLearner, ConfigurationError, createLearner, InputError, tpsgd } from '../../src/index.ts';
import { classification, multiLabel, reconstruction, regression, writeCompiled } from '../../src/index.ts';
import { startLearner } from '../../src/run.ts';
import { FEATURES, plainNetwork, small, smallData } from './small.ts';

const { x, y } = smallData(16);
const network = plainNetwork();
const rule = tpsgd();
/** As from JavaScript, where no type is checked. */
const loose = <Given>(value: unknown): Given => value as Given;

describe('createLearner', () => {
  test.each<[unknown, string]>([
    [undefined, 'the options of createLearner are undefined, wanted an object'],
    [{ network, rule, loss: 'huber' }, "createLearner has no option 'loss'; it has network, rule, task, classes"],
    [{ network }, 'the rule is undefined, wanted a rule, such as tpsgd()'],
    [{ network, rule: 'tpsgd' }, "the rule is 'tpsgd', wanted a rule"],
    [{ network, rule: tpsgd }, 'the rule is the function tpsgd, not called, wanted a rule'],
    [{ rule }, 'the network is undefined, wanted what sequential() gives'],
    [{ network, rule, task: 'regression' }, "the task is 'regression', wanted a task, such as classification()"],
    [{ network, rule, storage: 'int8' }, "the storage is 'int8', wanted a storage, such as int8()"],
    [{ network, rule, execution: 'slow' }, "the execution is 'slow', wanted what referenceExecution() gives"],
    [{ network, rule, classes: 'abc' }, "the options of classes are 'abc', wanted an object"],
    [{ network, rule, classes: { name: [] } }, "classes has no option 'name'; it has names, capacity"],
    [{ network, rule, task: classification({ loss: loose('huber') }) }, "the loss is 'huber', wanted a loss"],
    [{ network, rule, task: multiLabel(loose(3)) }, 'the label names are 3, wanted a list'],
  ])('%o', async (options, message) => {
    await expect(createLearner(options as never)).rejects.toThrow(ConfigurationError);
    await expect(createLearner(options as never)).rejects.toThrow(message);
  });
});

test.each([
  ['classification', classification, [{ nams: [] }]],
  ['regression', regression, [2, { los: 1 }]],
  ['multiLabel', multiLabel, [['a'], { los: 1 }]],
  ['reconstruction', reconstruction, [{ los: 1 }]],
])('%s refuses what it does not know', (name, task, given) => {
  const make = loose<(...options: readonly unknown[]) => unknown>(task);
  expect(() => make(...given)).toThrow(`${name} has no option '`);
});

describe('fit', () => {
  test.each<[unknown, string]>([
    [null, 'the options of fit are null, wanted an object'],
    [{ epoch: 3 }, "fit has no option 'epoch'; it has epochs, initialStep, batchSize"],
    [{ callbacks: [] }, 'the options of callbacks are a list of 0, wanted an object'],
    [{ callbacks: { onEpoch() {} } }, "callbacks has no option 'onEpoch'; it has onEpochBegin, onEpochEnd, onBatchEnd"],
    [{ callbacks: { onEpochEnd: 5 } }, 'the callback onEpochEnd is 5, wanted a function'],
    [{ earlyStopping: { patiance: 1 } }, "earlyStopping has no option 'patiance'; it has monitor, patience"],
    [{ earlyStopping: { patience: 'x' } }, "patience is 'x', wanted a whole number of at least 0"],
    [{ earlyStopping: 'yes' }, "earlyStopping is 'yes', wanted true or false"],
    [{ shuffle: 'no' }, "shuffle is 'no', wanted true or false"],
    [{ signal: {} }, 'signal is {  }, wanted an AbortSignal'],
    [{ validationData: { x, y } }, 'validationData is { x,y }, wanted [samples, targets]'],
    [{ validationSplit: 0.1, validationData: [x, y] }, 'fit was given validationSplit and validationData'],
    [{ classWeight: { ant: '2' } }, "the weight of class 'ant' is '2', wanted a finite number"],
  ])('%o', async (options, message) => {
    const learner = await small();
    const hash = learner.weightHash();
    await expect(learner.fit(x, y, loose(options))).rejects.toThrow(ConfigurationError);
    await expect(learner.fit(x, y, loose(options))).rejects.toThrow(message);
    expect(learner.weightHash()).toBe(hash);
  });

  test('patience 0 stops with the first epoch that is no better', async () => {
    const learner = await small();
    const { epoch } = await learner.fit(x, y, { epochs: 50, earlyStopping: { monitor: 'acc', patience: 0 } });
    expect(epoch.length).toBeGreaterThan(1);
    expect(epoch.length).toBeLessThan(50);
  });
});

test('steps, streams, rates and sizes', async () => {
  const learner = await small();
  const few = [x.subarray(0, FEATURES), [0]] as const;
  expect(() => learner.trainOnBatch(...few, loose({ classWeigth: {} }))).toThrow("trainOnBatch has no option 'classW");
  expect(() => learner.trainOnBatch(...few, loose(null))).toThrow('the options of trainOnBatch are null');
  expect(() => learner.setLearningRate(loose('0.5'))).toThrow("learningRate is '0.5', wanted a finite number");
  await expect(learner.resize(loose({ batch: 64 }))).rejects.toThrow("resize has no option 'batch'; it has classes");
  const first = (stream: unknown, options?: unknown) => learner.train(loose(stream), loose(options)).next();
  await expect(first([], { batchsize: 2 })).rejects.toThrow("train has no option 'batchsize'");
  await expect(first({})).rejects.toThrow('the stream is {  }, wanted an iterable');
  await expect(first([null])).rejects.toThrow(InputError);
  await expect(first([null])).rejects.toThrow('the stream gave null, wanted { x, y }');
});

test('startLearner', async () => {
  const bytes = writeCompiled(compileLearner({ network, rule }));
  await expect(startLearner(bytes, { sed: 1 } as never)).rejects.toThrow(
    "startLearner has no option 'sed'; it has task",
  );
  await expect(startLearner(bytes, { task: regression(2) } as never)).rejects.toThrow(
    'the task is { kind,loss,host }, wanted one of onward/run, such as regression',
  );
});
