// All formats, one line each.

import { aihwkit } from './aihwkit.ts';
import { crosssim } from './crosssim.ts';
import type { Format } from './format.ts';

export const formats = { aihwkit, crosssim } as const satisfies Record<string, Format>;
export type FormatName = keyof typeof formats;
