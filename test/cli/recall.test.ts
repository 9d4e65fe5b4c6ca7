// What a checkpoint knows: evaluate, predict and train --restore need not be told again how it was trained, and what they
// are told must agree. Checkpoints of the command line, and of a page, which have no metadata.

import { copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  adam,
  backprop,
  conv2d,
  createLearner,
  dense,
  flatten,
  int8,
  multiLabel,
  profiles,
  sequential,
  sgdw,
  synapse,
  tpsgd,
} from '../../src/index.ts';
import { onward as spawned } from './as-process.ts';
import { onward } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'onward-recall-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (...names: string[]): string => join(folder, ...names);

/** Rows of three classes by two numbers; without some classes, and in another order. */
function table(name: string, classes: readonly string[]): string {
  const words = ['ant', 'bee', 'cat'];
  const rows = Array.from({ length: 90 }, (_, row) => {
    const word = classes[(row + (row >> 2)) % classes.length];
    return `${words.indexOf(word) - 1},${(row % 5) / 5},${word}`;
  });
  writeFileSync(at(name), `a,b,kind\n${rows.join('\n')}\n`);
  return at(name);
}

const asked =
  '--rule tpsgd --set localLoss=l1 --activation relu --optimizer momentum --momentum 0.8 --loss squaredError';
const all = table('all.csv', ['ant', 'bee', 'cat']);

async function trained(name: string, ...more: string[]) {
  const args = ['train', '--data', all, '--epochs', '3', '--network', '2-12-3', ...asked.split(' '), '--json'];
  const { code, out, err } = await onward(...args, '--save', at(name), ...more);
  expect(code, err).toBe(0);
  return JSON.parse(out);
}

test('evaluate, predict and train --restore read it all from the checkpoint', async () => {
  const { accuracy, weightHash } = await trained('all.onward', '--storage', 'int8', '--batch', '7');
  const tested = await onward('evaluate', '--restore', at('all.onward'), '--json');
  expect(tested.code, tested.err).toBe(0);
  expect(JSON.parse(tested.out)).toMatchObject({ accuracy, weightHash, network: '2-12-3', data: all });

  writeFileSync(at('samples.csv'), 'a,b\n-1,0.5\n1,0.5\n');
  const answered = await onward('predict', '--restore', at('all.onward'), '--samples', at('samples.csv'), '--json');
  expect(answered.code, answered.err).toBe(0);
  expect(JSON.parse(answered.out).names).toEqual(['ant', 'bee', 'cat']);

  const more = await onward('train', '--restore', at('all.onward'), '--epochs', '1', '--lr', '0.01', '--json');
  expect(more.code, more.err).toBe(0);
  expect(JSON.parse(more.out)).toMatchObject({ storage: 'int8', memory: { batch: 7 }, rule: 'tpsgd' });
});

test('what time does to devices is told, kept, and read from a checkpoint of a page', async () => {
  const storage = ['--storage', 'capacitor'];
  const timeless = await onward('train', '--data', all, '--epochs', '1', '--network', '2-12-3', ...storage);
  expect(timeless.err.match(/capacitor loses its state with time, but no time goes by/g)).toHaveLength(1);
  const { storage: name } = await trained('time.onward', ...storage, '--storage-set', 'secondsPerStep=5');
  expect(name).toContain('5 s a step');
  const tested = await onward('evaluate', '--restore', at('time.onward'), '--json');
  expect(tested.code, tested.err).toBe(0);
  expect(tested.err).not.toContain('no time goes by');

  const learner = await createLearner({
    network: sequential([2], [dense(3)]),
    rule: tpsgd(),
    classes: ['ant', 'bee', 'cat'],
    storage: synapse(profiles.capacitor, { secondsPerStep: 5 }),
  });
  writeFileSync(at('page.onward'), learner.save());
  const asked = await onward('evaluate', '--restore', at('page.onward'), '--data', all, '--json');
  expect(asked.code, asked.err).toBe(0);
});

test.each<[string[], string]>([
  [['--rule', 'drtp'], "is of rule tpsgd version 1, this learner's is drtp version 1"],
  [['--set', 'localLoss=l2'], 'is of rule option \'localLoss\' "l1", this learner\'s is "l2"'],
  [['--activation', 'tanh'], '"activation":"relu"'],
  [['--network', '2-13-3'], '"units":12'],
  [['--optimizer', 'adam'], "--momentum is of momentum, nesterov, sgd, sgdw, but the optimizer is 'adam'"],
  [['--momentum', '0.5'], "is of optimizer 'optimizer' momentum 0.8, this learner's is 0.5"],
  [['--loss', 'crossEntropy'], 'is of loss {"name":"squaredError"'],
  [['--storage', 'int8'], 'is of storage f32'],
  [['--task', 'multiLabel'], "--task is 'multiLabel', but the checkpoint is of classification"],
  [['--lr', '0.1'], "Unknown option '--lr'"],
])('what it is told beside must agree: %j', async (more, message) => {
  await trained('plain.onward');
  const { code, err } = await onward('evaluate', '--restore', at('plain.onward'), ...more);
  expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  const agreed = await onward('evaluate', '--restore', at('plain.onward'), '--rule', 'tpsgd', '--network', '2-12-3');
  expect(agreed.code, agreed.err).toBe(0);
});

test.each(['--label', '--drop', '--columns'])(
  '%s of no column is a command line that means nothing',
  async (option) => {
    const { code, err } = await onward('train', '--data', all, option, 'nope');
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/^onward: OptionError: all\.csv: .*column nope does not exist/),
    ]);
  },
);

test('train --restore judges by no sample that was learned', async () => {
  await trained('split.onward', '--validation', '0.2');
  for (const [more, message] of [
    [['--seed', '2'], '--seed is of a new learner, and a checkpoint brings its own'],
    [['--validation', '0.3'], '--validation would keep samples aside that the checkpoint learned'],
    [['--split-seed', '2'], '--split-seed would keep samples aside that the checkpoint learned'],
    [['--limit', '60'], '--limit would keep samples aside that the checkpoint learned'],
  ] as const) {
    const { code, err } = await onward('train', '--restore', at('split.onward'), '--epochs', '1', ...more);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  }
  const other = table('same.csv', ['ant', 'bee', 'cat']);
  for (const more of [
    ['--validation', '0'],
    ['--data', other, '--validation', '0.3'],
  ]) {
    const { code, err } = await onward('train', '--restore', at('split.onward'), '--epochs', '1', ...more);
    expect(code, err).toBe(0);
  }
});

describe('classes', () => {
  test('are found by name, wherever they stand', async () => {
    const args = [
      'train',
      '--data',
      all,
      '--epochs',
      '40',
      '--rule',
      'backprop',
      '--optimizer',
      'adam',
      '--lr',
      '0.05',
    ];
    expect((await onward(...args, '--save', at('three.onward'), '--json')).out).toContain('"accuracy":1,');
    for (const classes of [
      ['cat', 'ant', 'bee'],
      ['cat', 'bee'],
    ]) {
      const other = table('other.csv', classes);
      const { out, err } = await onward('evaluate', '--restore', at('three.onward'), '--data', other, '--json');
      expect(JSON.parse(out || err)).toMatchObject({ accuracy: 1, classNames: ['ant', 'bee', 'cat'] });
      const more = await onward('train', '--restore', at('three.onward'), '--data', other, '--epochs', '1', '--json');
      expect(JSON.parse(more.out || more.err).accuracy).toBe(1);
    }
  });

  test.each(['evaluate', 'train'])('that the checkpoint does not know are refused by %s', async (command) => {
    writeFileSync(at('eel.csv'), `a,b,kind\n${'1,2,cat\n3,4,eel\n5,6,ant\n'.repeat(10)}`);
    await trained('some.onward');
    const { code, err } = await onward(command, '--restore', at('some.onward'), '--data', at('eel.csv'));
    expect([code, err]).toEqual([2, expect.stringContaining("class 'eel', but the checkpoint knows ant, bee, cat")]);
  });
});

test('files are told from the folder of the checkpoint, and one that is gone is named', async () => {
  for (const name of ['one', 'two']) mkdirSync(at(name));
  for (const kind of ['rule', 'set']) {
    copyFileSync(join(import.meta.dirname, `fixtures/my-${kind}.js`), at('one', `${kind}.mjs`));
  }
  const mine = ['--data', at('one', 'set.mjs'), '--rule', at('one', 'rule.mjs'), '--set', 'strength=0.5'];
  const { code, err } = await spawned(['train', '--epochs', '1', ...mine, '--save', at('one', 'mine.onward')]);
  expect(code, err).toBe(0);
  renameSync(at('one'), at('moved'));
  const tested = await spawned(['evaluate', '--restore', at('moved', 'mine.onward')]);
  expect(tested.code, tested.err).toBe(0);
  expect(tested.err).toContain(`data is the file '${at('moved', 'set.mjs')}'`);
  renameSync(at('moved', 'rule.mjs'), at('two', 'rule.mjs'));
  const gone = await onward('evaluate', '--restore', at('moved', 'mine.onward'));
  expect([gone.code, gone.err]).toEqual([
    2,
    expect.stringMatching(/the checkpoint's rule is the file '.*rule.mjs', which is gone: --rule says/),
  ]);
});

describe('a checkpoint of a page', () => {
  const network = sequential([28, 28, 1], [conv2d(2, 5, { stride: 4, activation: 'relu' }), flatten(), dense(10)]);

  test('with rule, optimiser and storage of its own', async () => {
    const rule = tpsgd({
      localLoss: 'l1',
      projection: { scale: 2 },
      optimizer: sgdw(0.1, { momentum: 0.5, weightDecay: 0.2, clipNorm: 3 }),
    });
    const learner = await createLearner({ network, rule, storage: int8() });
    learner.learnOne(new Float32Array(784), 3);
    writeFileSync(at('page.onward'), learner.save());
    const { code, out, err } = await onward('evaluate', '--restore', at('page.onward'), '--json');
    expect(code, err).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ data: 'synthetic', weightHash: learner.weightHash() });
    const word = await onward('evaluate', '--restore', at('page.onward'), '--activation', 'relu');
    expect([word.code, word.err]).toEqual([2, expect.stringContaining('wanted --network too')]);
  });

  test('with classes that were added', async () => {
    const options = { network: sequential([2], [dense(2)]), rule: backprop({ optimizer: adam() }) };
    const learner = await createLearner({ ...options, classes: { names: ['ant', 'bee'], capacity: 9 } });
    learner.addClass('cat');
    writeFileSync(at('grown.onward'), learner.save());
    const { code, out, err } = await onward('evaluate', '--restore', at('grown.onward'), '--data', all, '--json');
    expect(code, err).toBe(0);
    expect(JSON.parse(out).classNames).toEqual(['ant', 'bee', 'cat']);
  });

  test('of labels, answered by predict', async () => {
    const options = { network: sequential([2], [dense(2)]), rule: backprop(), task: multiLabel(['big', 'red']) };
    writeFileSync(at('labels.onward'), (await createLearner(options)).save());
    writeFileSync(at('two.csv'), '0.5,1\n1,2\n');
    const { out, err } = await onward('predict', '--restore', at('labels.onward'), '--samples', at('two.csv'));
    expect(out.split('\n')[0], err).toBe('big,red');
  });

  test('of a rule of its own says that its file is wanted', async () => {
    const rule = { ...backprop(), name: 'mine' };
    writeFileSync(at('own.onward'), (await createLearner({ network, rule })).save());
    const { code, err } = await onward('evaluate', '--restore', at('own.onward'));
    expect([code, err]).toEqual([
      2,
      expect.stringContaining("is of the rule 'mine', none of the library's: --rule says"),
    ]);
  });
});

test('a compiled learner is named as one', async () => {
  writeFileSync(at('compiled.onward'), 'ONWC and more');
  const { code, err } = await onward('evaluate', '--restore', at('compiled.onward'));
  expect(code).toBe(2);
  expect(err).toContain('is a compiled learner, which onward/run reads, wanted a checkpoint');
});
