// EpiRAM, Ag:SiGe, as its source prints it.

import type { Profile } from './profile.ts';

export const epiram: Profile = {
  name: 'epiram',
  title: 'EpiRAM, Ag:SiGe',
  source: 'Chen, Peng, Yu, NeuroSim, IEEE TCAD 37:3067, 2018; MLP simulator 3.0, user manual, table II',
  model: 'exponential',
  constants: { up: 0.5, down: -0.5, levelsUp: 64, levelsDown: 64, cycle: 0.02 },
  pulses: 'nearest',
  conductance: { high: 1.23457e-5, low: 2.4593e-7 },
  write: { up: { volts: 5, seconds: 5e-6 }, down: { volts: -3, seconds: 5e-6 } },
};
