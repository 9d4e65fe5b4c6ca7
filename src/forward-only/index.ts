// All learning rules, one line each: what the command line, the tests and the demos go through.

import { backprop } from './backprop.ts';
import { drtp } from './drtp.ts';
import { tpsgd } from './tpsgd.ts';
import type { Rule } from './rule.ts';

export const rules = { backprop, tpsgd, drtp } as const satisfies Record<string, (options?: never) => Rule>;

export type RuleName = keyof typeof rules;
