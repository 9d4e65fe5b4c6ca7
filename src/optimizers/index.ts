// All optimisers, one line each: what the command line and the tests go through.

import { adam } from './adam.ts';
import { adamw } from './adamw.ts';
import type { Optimizer } from './optimizer.ts';
import { momentum, nesterov, sgd, type SgdOptions } from './sgd.ts';
import { sgdw } from './sgdw.ts';
import { signSgd } from './sign-sgd.ts';

export const optimizers = { adam, adamw, momentum, nesterov, sgd, sgdw, sign: signSgd } as const satisfies Record<
  string,
  (learningRate?: number, options?: SgdOptions) => Optimizer
>;
