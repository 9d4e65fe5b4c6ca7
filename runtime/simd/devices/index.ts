// All device models, one line each.

import { constantStep } from './constant-step.ts';
import { expStep } from './exp-step.ts';
import { exponential } from './exponential.ts';
import { linearStep } from './linear-step.ts';
import type { DeviceModel } from './model.ts';
import { piecewise } from './piecewise.ts';
import { powStep } from './pow-step.ts';
import { softBounds } from './soft-bounds.ts';

export const deviceModels = {
  exponential,
  constantStep,
  linearStep,
  softBounds,
  expStep,
  powStep,
  piecewise,
} as const satisfies Record<string, DeviceModel>;
export type DeviceModelName = keyof typeof deviceModels;
