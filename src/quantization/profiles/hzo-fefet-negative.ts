// HZO ferroelectric transistor, the second label read as negative, as its source prints it.

import type { Profile } from './profile.ts';

export const hzoFefetNegative: Profile = {
  name: 'hzo-fefet-negative',
  title: 'HZO ferroelectric transistor, the second label read as negative',
  source: 'Chen, Peng, Yu, NeuroSim, IEEE TCAD 37:3067, 2018; MLP simulator 3.0, user manual, table II',
  model: 'exponential',
  constants: { up: 1.75, down: -1.46, levelsUp: 32, levelsDown: 32, cycle: 0.005 },
  pulses: 'nearest',
  conductance: { high: 1.78801e-6, low: 3.97336e-8 },
  write: { up: { volts: 3.65, seconds: 7.5e-8 }, down: { volts: -2.95, seconds: 7.5e-8 } },
  note: 'See `hzo-fefet`.',
};
