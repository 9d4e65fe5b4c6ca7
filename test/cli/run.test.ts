// Mistakes on the command line: one line on standard error, nothing on standard output, and a telling exit code.

import { expect, test } from 'vitest';
import { onward, succeeded } from './in-process.ts';

test.each([
  [2, ['learn'], /UsageError: there is no command 'learn', wanted start, train/],
  [2, ['train', '--fast'], /UsageError: Unknown option '--fast'; see onward help train/],
  [2, ['train', 'mnist'], /UsageError: 'mnist' was not expected/],
  [2, ['train', '--epochs', 'many'], /UsageError: --epochs is 'many', wanted a whole number/],
  [2, ['train', '--batch', '0'], /UsageError: --batch is '0'/],
  [2, ['train', '--seed', '4294967296'], /--seed is '4294967296', wanted a whole number from 0 to 2147483647/],
  [2, ['train', '--dropout', '1'], /UsageError: --dropout is '1', wanted a number of at least 0 and below 1/],
  [2, ['train', '--epochs', '-3'], /UsageError: --epochs is '-3', wanted a whole number of at least 1/],
  [2, ['train', '--lr', '-1e-3'], /UsageError: --lr is '-1e-3', wanted a number of at least 0/],
  [2, ['train', '--lr', '--json'], /UsageError: --lr wants <n>, but --json follows/],
  [2, ['train', '--lr', '-Infinity'], /UsageError: --lr is '-Infinity'/],
  [2, ['memory', '--budget', '999999999999999999999999 MiB'], /budget is '9+ MiB', wanted bytes/],
  [2, ['train', '--micro-batch', '64'], /UsageError: --micro-batch is '64', wanted a whole number from 1 to 32/],
  [2, ['train', '--restore', '/dev/zero'], /UsageError: --restore '\/dev\/zero' (is a device|does not exist)/],
  [1, ['train', '--data', '/dev/zero'], /DataError: .*\/dev\/zero/],
  [2, ['serve', 'package.json'], /UsageError: there is no folder 'package.json'/],
  [2, ['serve', 'docs', '--host', 'nowhere.invalid'], /UsageError: cannot serve: .*nowhere\.invalid/],
  [2, ['serve', '--port', '65536'], /UsageError: --port is '65536', wanted a whole number from 0 to 65535/],
  [2, ['serve', '--host', ''], /UsageError: --host is '', wanted a name/],
  [2, ['train', '--rule', 'magic'], /UsageError: there is no rule 'magic', wanted backprop/],
  [
    2,
    ['train', '--network', '100-10'],
    /UsageError: the network takes samples of 100, but those of synthetic are 28x28x1/,
  ],
  [2, ['train', '--network', '784-9'], /UsageError: the network gives 9 outputs, but synthetic has 10 classes/],
  [2, ['memory', '--network', '784-c5-10'], /NetworkWordError: .*'c5' at character 5/],
  [2, ['memory', '--network', '28x28-c8k5-10'], /ShapeError: conv2d_1: .*\[28, 28\]/],
  [2, ['memory', '--set', 'cells=2'], /'cells'/],
  [2, ['evaluate'], /UsageError: evaluate wants --restore/],
  [2, ['evaluate', '--restore', 'nowhere.onward'], /UsageError: --restore 'nowhere.onward' does not exist/],
  [2, ['bench', 'all'], /UsageError: bench wants step or kernels/],
  [2, ['serve', 'nowhere'], /UsageError: there is no folder 'nowhere'/],
  [2, ['help', 'learn'], /UsageError: there is no command 'learn'/],
  [1, ['memory', '--network', '784-99999999999-10'], /BudgetError/],
  [1, ['memory', '--network', '784-256-4294967296'], /BudgetError: this needs 1103806796032 bytes/],
  [1, ['compile', '784-4294967296', '--task', 'multiLabel'], /BudgetError: this needs 3371549327360 bytes/],
  [1, ['memory', '--network', '784-100000', '--budget', '1 MiB'], /BudgetError: .* a byte for each parameter alone/],
  [1, ['train', '--budget', '1 KiB'], /BudgetError: .* 1024 bytes/],
  [2, ['train', '--data', 'nothing'], /UsageError: there is no data set or path 'nothing', wanted synthetic/],
  [2, ['memory', '--data', 'nothing'], /UsageError: there is no data set or path 'nothing'/],
  [2, ['train', '--label', 'nope'], /OptionError: synthetic takes no --label, which is of a CSV file/],
  [1, ['train', '--restore', 'package.json'], /CheckpointError/],
])('gives %d for %j', async (code, args, message) => {
  const ended = await onward(...args);
  expect(ended).toMatchObject({ code, out: '' });
  expect(ended.err).toMatch(/^onward: \w+Error: .+\n$/);
  expect(ended.err).toMatch(message);
});

test('a version is one line', async () => {
  for (const flag of ['-v', '--version']) expect(await succeeded(flag)).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('lists the commands, and the options of each', async () => {
  const listed = await succeeded();
  for (const name of ['start', 'train', 'evaluate', 'predict', 'memory', 'rules', 'bench', 'serve']) {
    expect(listed).toContain(`  ${name} `);
    expect(await succeeded(name, '--help')).toContain(`onward ${name} `);
  }
});

test('says what a rule is known not to learn, before it begins', async () => {
  const network = `28x28x1-${'c16k3same-'.repeat(6)}gap-10`;
  const { code, err } = await onward('memory', '--network', network, '--rule', 'tpsgd', '--batch', '1');
  expect(code).toBe(0);
  expect(err).toMatch(/^tpsgd is known not to learn six or more convolutions .*: docs\/results\.md\n$/);
});
