// Rows of spiking networks, their images coded by rates: SLTT, OTTT, DECOLLE, e-prop, STDP.

import type { Published, Recipe } from './recipe.ts';

const STDP: Published = {
  accuracy: 87,
  source: 'Diehl, Cook, Frontiers in Computational Neuroscience 9 (2015), 400 neurons',
  tag: 'M',
  epochs: 3,
};
const spiking = { optimizer: 'momentum', lr: 0.1, schedule: 'linear', batch: 50 };
const coded = { network: '784-t10-rate-400-lif-10', epochs: 2, seeds: [1, 2, 3] } as const;
const stdp = { network: '784-t30-rate-400-lif0.9-10', rule: 'stdp', epochs: 2, seeds: [1] } as const;
const stdpOptions = { set: 'target=0.1' };
/** Neurons that see each other's spikes, with thresholds that adapt. */
const adaptive = { network: '784-t10-rate-r200lif0.9a0.2-10', epochs: 2, seeds: [1, 2, 3] } as const;

export const spikingRows: readonly Recipe[] = [
  { name: 'spiking-backprop', rule: 'backprop', options: spiking, ...coded, minutes: 7 },
  {
    name: 'spiking-sltt',
    rule: 'sltt',
    options: spiking,
    ...coded,
    must: { reach: 97.2 },
    minutes: 6,
  },
  { name: 'spiking-sltt-k', rule: 'sltt', options: { ...spiking, set: 'k=5' }, ...coded, minutes: 5 },
  {
    name: 'spiking-ottt',
    rule: 'ottt',
    options: { ...spiking, lr: 0.2 },
    ...coded,
    must: { stayWithin: 1, of: 'spiking-backprop' },
    minutes: 9,
  },
  {
    name: 'spiking-decolle',
    rule: 'decolle',
    options: { ...spiking, optimizer: 'adam', lr: 0.002 },
    ...coded,
    must: { stayWithin: 2, of: 'spiking-backprop' },
    minutes: 12,
  },
  {
    ...coded,
    name: 'latency-sltt',
    network: '784-t10-latency-400-lif-10',
    rule: 'sltt',
    options: spiking,
    minutes: 6,
  },
  { name: 'adaptive-backprop', rule: 'backprop', options: spiking, ...adaptive, minutes: 5 },
  { name: 'adaptive-eprop', rule: 'eprop', options: { ...spiking, lr: 0.2 }, ...adaptive, minutes: 6 },
  { ...stdp, name: 'short-stdp', options: { ...stdpOptions, limit: 6000 }, must: { reach: 80 }, minutes: 2 },
  {
    ...stdp,
    name: 'spiking-stdp',
    options: stdpOptions,
    epochs: 3,
    seeds: [1, 2, 3],
    published: STDP,
    minutes: 35,
  },
];
