// Every rule, as it comes, learns a small problem: 3,000 pictures of the built-in handwriting.

import { expect, test } from 'vitest';
import { belowBar, type Bar } from '../../src/check/small-problem.ts';
import { rules } from '../../src/forward-only/index.ts';

const bars: Readonly<Record<string, Bar>> = {
  // learns without labels: 64 neurons stand for 64 kinds of drawings
  stdp: { accuracy: 0.6, loss: 0.6 },
  // knows its loss along one direction a step, of 50,890
  zerothOrder: { accuracy: 0.5, loss: 0.7 },
};

test.each(Object.entries(rules))('%s tells most of 300 unseen digits', async (name, rule) => {
  expect(await belowBar({ rule: rule() }, bars[name])).toEqual([]);
});
