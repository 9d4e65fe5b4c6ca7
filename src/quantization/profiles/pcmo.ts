// PCMO resistive memory, as its source prints it.

import type { Profile } from './profile.ts';

export const pcmo: Profile = {
  name: 'pcmo',
  title: 'PCMO resistive memory',
  source: 'Chen, Peng, Yu, NeuroSim, IEEE TCAD 37:3067, 2018; MLP simulator 3.0, user manual, table II',
  model: 'exponential',
  constants: { up: 3.68, down: -6.76, levelsUp: 50, levelsDown: 50, cycle: 0.01 },
  pulses: 'nearest',
  conductance: { high: 4.34783e-8, low: 6.35647e-9 },
  write: { up: { volts: -2, seconds: 0.001 }, down: { volts: 2, seconds: 0.001 } },
  note: 'The cycle noise is printed as below 1 %.',
};
