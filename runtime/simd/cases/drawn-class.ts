// Sizes worth testing of kernels that draw a class of each sample: alone, of two, of many.

import type { Trials } from '../kernel.ts';

export const drawnClassTrials = (): Trials => ({
  indices: { not: 'classes', sample: 1000 },
  cases: [1, 5, 33].flatMap((n) =>
    [1, 2, 10].map((classes) => ({ n, classes, seed: 5, stream: 0x7ab1e, step: 3, turn: 2 })),
  ),
});
