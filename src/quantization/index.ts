// All storages, and ways to keep activations, one line each: what the command line and the tests go through.

import type { Activations } from './activations.ts';
import { f32 } from './f32.ts';
import { int8 } from './int8.ts';
import { int8Activations } from './int8-activations.ts';
import type { Storage } from './storage.ts';

export const storages = { f32: () => f32, int8 } as const satisfies Record<string, () => Storage>;

export const activations = { f32: () => undefined, int8: int8Activations } as const satisfies Record<
  string,
  () => Activations | undefined
>;
