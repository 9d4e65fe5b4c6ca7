// The pair of the seed paper, as its source prints it.

import type { Profile } from './profile.ts';

export const lim2017: Profile = {
  name: 'lim-2017',
  title: 'the pair of the seed paper',
  source: 'Lim et al., arXiv 1707.06381, 2017: the rule of the pair; the numbers are ours',
  model: 'exponential',
  constants: { up: 2.4, down: -2.4, levelsUp: 64, levelsDown: 64, cycle: 0 },
  arrangement: 'pair',
  note: 'A label of 2.4 and 64 pulses are a choice of ours.',
};
