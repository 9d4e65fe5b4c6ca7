// Rewards of every kind of value.

import { rewardHost } from '../../../src/tasks/host/reward.ts';
import { odd } from '../odd.ts';
import { below, type Target } from '../target.ts';

const outputs = { names: ['left', 'right'], count: 2 };
const nothing = { count: 0, copy() {} };

export const rewards: Target = {
  begin: () => (next) => {
    const each = (): unknown => (below(next, 4) === 0 ? odd(next) : { action: below(next, 3), reward: odd(next, 0) });
    const input = below(next, 2) === 0 ? each() : Array.from({ length: below(next, 4) }, each);
    return () => {
      const { count, copy } = rewardHost.read(input, outputs, nothing);
      for (let row = 0; row < count; row++) copy(row, new Float32Array(2), 0);
    };
  },
};
