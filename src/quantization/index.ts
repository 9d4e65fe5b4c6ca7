// All storages but those of devices, and ways to keep activations, one line each: what the command line and the tests
// go through. Devices have a storage of their own for each profile (profiles/index.ts).

import type { Activations } from './activations.ts';
import { f32 } from './f32.ts';
import { binary } from './binary.ts';
import { int4 } from './int4.ts';
import { int8 } from './int8.ts';
import { int8Activations } from './int8-activations.ts';
import { quantizationAware } from './quantization-aware.ts';
import type { Storage } from './storage.ts';

export const storages = {
  f32: () => f32,
  int8,
  int4,
  binary,
  quantizationAware,
} as const satisfies Record<string, () => Storage>;

export const activations = { f32: () => undefined, int8: int8Activations } as const satisfies Record<
  string,
  () => Activations | undefined
>;
