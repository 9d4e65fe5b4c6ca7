// Rows of weights kept in bytes, held against the same in float.

import type { Recipe } from './recipe.ts';
import { control, tpsgd } from './settings.ts';

const small = { network: '784-256-10', epochs: 5, seeds: [1, 2, 3] } as const;
const smallControl = { ...control, lr: 0.2 };
const smallTpsgd = { ...tpsgd, lr: 0.006 };
const int8 = { storage: 'int8' };

export const int8Rows: readonly Recipe[] = [
  { name: 'backprop-256', rule: 'backprop', options: smallControl, ...small, minutes: 2 },
  {
    name: 'backprop-256-int8',
    rule: 'backprop',
    options: { ...smallControl, ...int8 },
    ...small,
    must: { stayWithin: 0.5, of: 'backprop-256' },
    minutes: 2,
  },
  { name: 'tpsgd-256', rule: 'tpsgd', options: smallTpsgd, ...small, minutes: 2 },
  {
    name: 'tpsgd-256-int8',
    rule: 'tpsgd',
    options: { ...smallTpsgd, ...int8 },
    ...small,
    must: { stayWithin: 0.5, of: 'tpsgd-256' },
    minutes: 2,
  },
];
