// Rows of NoProp, of a tenth of the published passes.

import type { Published, Recipe } from './recipe.ts';
import { images, PICTURES } from './settings.ts';

/** A tenth of the passes that are published. */
const denoised = { network: '28x28x1-c16k3same-p2-c32k3same-p2-128-10', epochs: 10, seeds: [1] } as const;
const pictures = { network: '32x32x3-c16k3same-p2-c32k3same-p2-128-10', epochs: 15, seeds: [1] } as const;
const noprop = (accuracy: number, deviation?: number, epochs?: number): Published => ({
  accuracy,
  deviation,
  source: 'Li, Teh, Pascanu, arXiv 2503.24322, one-hot',
  epochs,
});

export const nopropRows: readonly Recipe[] = [
  { name: 'noprop-backprop', rule: 'backprop', options: { ...images, lr: 0.005 }, ...denoised, minutes: 5 },
  {
    name: 'noprop-discrete',
    rule: 'noprop',
    options: { ...images, lr: 0.01 },
    ...denoised,
    must: { stayWithin: 1, of: 'noprop-backprop' },
    published: noprop(99.47, 0.05, 100),
    minutes: 45,
  },
  {
    name: 'noprop-continuous',
    rule: 'noprop',
    options: { ...images, lr: 0.003, set: 'time=continuous' },
    ...denoised,
    published: noprop(97.84),
    minutes: 8,
  },
  {
    name: 'noprop-flow',
    rule: 'noprop',
    options: { ...images, lr: 0.01, set: 'time=flow' },
    ...denoised,
    published: noprop(99.21),
    minutes: 8,
  },
  ...PICTURES.flatMap(([group, data]): Recipe[] => [
    { name: `${group}-backprop`, data, rule: 'backprop', options: { ...images, lr: 0.003 }, ...pictures, minutes: 10 },
    {
      name: `${group}-noprop`,
      data,
      rule: 'noprop',
      options: { ...images, lr: 0.003 },
      ...pictures,
      published: noprop(79.25, 0.28, 150),
      minutes: 90,
    },
  ]),
];
