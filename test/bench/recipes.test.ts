// The recipes of docs/results.md: each is a command that the command line takes, and the page quotes it.

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { expect, test } from 'vitest';
import { meanAndSpread } from '../../bench/accuracy.ts';
import { recipes, trainArguments, trainCommand, type Recipe } from '../../bench/recipes.ts';
import { chooseNetwork } from '../../cli/choose-network.ts';
import { chooseRule } from '../../cli/choose-rule.ts';
import { train } from '../../cli/commands/train.ts';

const page = readFileSync('docs/results.md', 'utf8');

test.each(recipes.map((recipe: Recipe) => [recipe.name, recipe] as const))('%s', async (_, recipe) => {
  const [, ...args] = trainArguments(recipe, recipe.seeds[0]);
  const { values } = parseArgs({ args, options: train.options as never });
  expect((await chooseNetwork(recipe.network, values)).outputShape).toEqual([10]);
  expect((await chooseRule(recipe.rule, values)).name).toBe(recipe.rule);
  expect(page).toContain(trainCommand(recipe, recipe.seeds[0]));
});

test('mean and sample standard deviation, in percent', () => {
  expect(meanAndSpread([0.95])).toBe('95.00');
  expect(meanAndSpread([0.95, 0.96, 0.97])).toBe('96.00 ± 1.00');
});
