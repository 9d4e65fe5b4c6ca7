// All losses, one line each.

import { absoluteError } from './absolute-error.ts';
import { binaryCrossEntropy } from './binary-cross-entropy.ts';
import { crossEntropy } from './cross-entropy.ts';
import { huber } from './huber.ts';
import type { Loss } from './loss.ts';
import { squaredError } from './squared-error.ts';

export const losses = {
  crossEntropy: () => crossEntropy,
  binaryCrossEntropy: () => binaryCrossEntropy,
  squaredError: () => squaredError,
  absoluteError: () => absoluteError,
  huber,
} as const satisfies Record<string, (...numbers: number[]) => Loss>;
