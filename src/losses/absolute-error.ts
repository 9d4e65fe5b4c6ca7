// Absolute error: the distance of every output to the target, summed. Outliers weigh no more than others.

import { ofDifference } from './loss.ts';

export const absoluteError = /* @__PURE__ */ ofDifference('absoluteError', (difference) => ({
  loss: difference.map('abs'),
  delta: difference.map('sign'),
}));
