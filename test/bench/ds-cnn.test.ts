// The keyword network of MLPerf Tiny, and its recipes: commands that the command line takes, for every rule.

import { parseArgs } from 'node:util';
import { expect, test } from 'vitest';
import { DS_CNN, memoryArguments } from '../../bench/memory/ds-cnn.ts';
import { chooseRule, ruleNames } from '../../cli/choose-rule.ts';
import { memory } from '../../cli/commands/memory.ts';
import { parseNetwork } from '../../cli/network-word.ts';
import { compileLearner } from '../../src/index.ts';

const network = parseNetwork(DS_CNN, { activation: 'relu' });

test('has the parameters of the published network, its batch normalisations folded', () => {
  expect([network.parameterCount, network.outputShape]).toEqual([22_604, [12]]);
});

test.each(ruleNames)('%s', async (name) => {
  const [, ...args] = memoryArguments(name);
  const { values } = parseArgs({ args, options: memory.options as never });
  expect((await chooseRule(name, values)).name).toBe(name);
});

test('one clip at a time, tpSGD and DRTP plan less than 0.6 of the control', async () => {
  const planned = async (name: string): Promise<number> =>
    compileLearner({ network, rule: await chooseRule(name, { optimizer: 'sgd' }), batchSize: 1 }).memory.plannedBytes;
  const control = await planned('backprop');
  for (const name of ['tpsgd', 'drtp']) expect(await planned(name)).toBeLessThan(0.6 * control);
});
