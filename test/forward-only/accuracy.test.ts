// Every rule, as it comes, learns a small problem: 3,000 pictures of the built-in handwriting.

import { expect, test } from 'vitest';
import { bars } from '../../src/check/bars.ts';
import { belowBar } from '../../src/check/small-problem.ts';
import { tried } from './tried.ts';

test.each(Object.entries(tried))('%s tells most of 300 unseen digits', async (name, rule) => {
  expect(await belowBar({ rule: rule() }, bars[name])).toEqual([]);
});
