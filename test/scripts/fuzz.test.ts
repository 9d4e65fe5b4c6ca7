// 2,500 mutated inputs for everything that reads what users give, a tenth of archives: no error is unnamed, none hangs.

import { expect, test } from 'vitest';
import { countOf, countsIn, run } from '../../scripts/fuzz/campaign.ts';
import * as targets from '../../scripts/fuzz/index.ts';

const COUNT = 2500;

test.each(Object.entries<(typeof targets)[keyof typeof targets]>(targets))(
  '%s',
  { timeout: 60_000 },
  async (name, target) => {
    const end = target.isSlow ? COUNT / 10 : COUNT;
    const [counts, told] = [countsIn(), [] as string[]];
    await run({ name, trial: await target.begin(), seed: 2, end, tell: (what) => told.push(what) }, counts);
    expect(told).toEqual([]);
    expect(countOf(counts, 'taken') + countOf(counts, 'named')).toBe(end);
    expect(countOf(counts, 'named')).toBeGreaterThan(0);
    expect(countOf(counts, 'slowest')).toBeLessThan(2000);
  },
);
