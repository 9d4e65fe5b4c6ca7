// All storages, one line each: what the command line and the tests go through.

import { f32 } from './f32.ts';
import { int8 } from './int8.ts';
import type { Storage } from './storage.ts';

export const storages = { f32: () => f32, int8 } as const satisfies Record<string, () => Storage>;
