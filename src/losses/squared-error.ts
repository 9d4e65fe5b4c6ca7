// Squared error: half the squared distance of the outputs to the target.

import { ofDifference } from './loss.ts';

export const squaredError = /* @__PURE__ */ ofDifference('squaredError', (difference) => ({
  loss: difference.map('square').times(0.5),
  delta: difference,
}));
