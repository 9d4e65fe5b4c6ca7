// Sizes worth testing of kernels that divide channels into groups: evenly, and not.

import type { Sizes } from '../kernel.ts';

export const groupCases = (): Sizes[] =>
  [
    [1, 1, 1, 1],
    [2, 5, 6, 3],
    [2, 9, 8, 2],
    [1, 7, 20, 5],
    [3, 4, 27, 3],
    [2, 3, 9, 4],
    [1, 1, 70, 11],
  ].map(([batch, positions, channels, groups]) => ({ batch, positions, channels, groups }));
