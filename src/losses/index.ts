// All losses, one line each.

import { binaryCrossEntropy } from './binary-cross-entropy.ts';
import { crossEntropy } from './cross-entropy.ts';
import type { Loss } from './loss.ts';
import { squaredError } from './squared-error.ts';

export const losses = { crossEntropy, binaryCrossEntropy, squaredError } as const satisfies Record<string, Loss>;
export type LossName = keyof typeof losses;
export const lossNames = Object.keys(losses) as LossName[];
