// Rows of Mono-Forward on dense layers.

import type { Published, Recipe } from './recipe.ts';
import { control, PICTURES } from './settings.ts';

const monoForwardBelow = (below: number): Published => ({
  below,
  source: 'BeyondBackpropagation (PPAM 2026), of arXiv 2501.09238, at equal passes',
  tag: 'V',
});
const monoForward = { activation: 'relu', optimizer: 'adam', lr: 0.001, schedule: 'linear', batch: 100 };
const twoHidden = { network: '784-1000-1000-10', epochs: 20, seeds: [1, 2, 3, 4, 5] } as const;
const threeHidden = { network: '3072-2000-2000-2000-10', epochs: 10, seeds: [1, 2] } as const;
const fashion = { data: 'fashion-mnist', ...twoHidden } as const;

export const monoForwardRows: readonly Recipe[] = [
  {
    name: 'mono-forward-500-500',
    network: '784-500-500-10',
    rule: 'monoForward',
    options: monoForward,
    epochs: 5,
    seeds: [1, 2, 3],
    must: { reach: 97.9 },
    minutes: 3,
  },
  { name: 'mono-forward-backprop', rule: 'backprop', options: control, ...twoHidden, minutes: 37 },
  {
    name: 'mono-forward-1000-1000',
    rule: 'monoForward',
    options: monoForward,
    ...twoHidden,
    must: { stayWithin: 0.22, of: 'mono-forward-backprop' },
    published: monoForwardBelow(0.22),
    minutes: 28,
  },
  { name: 'fashion-backprop', rule: 'backprop', options: control, ...fashion, minutes: 37 },
  {
    name: 'fashion-mono-forward',
    rule: 'monoForward',
    options: monoForward,
    ...fashion,
    must: { stayWithin: 0.49, of: 'fashion-backprop' },
    published: monoForwardBelow(0.49),
    minutes: 28,
  },
  ...PICTURES.flatMap(([group, data]): Recipe[] => [
    {
      name: `${group}-dense-backprop`,
      data,
      rule: 'backprop',
      options: { ...control, lr: 0.02 },
      ...threeHidden,
      minutes: 40,
    },
    {
      name: `${group}-mono-forward`,
      data,
      rule: 'monoForward',
      options: { ...monoForward, lr: 0.0003 },
      ...threeHidden,
      must: { stayWithin: 1.11, of: `${group}-dense-backprop` },
      published: monoForwardBelow(1.11),
      minutes: 40,
    },
  ]),
];
