// AlOx/HfO2 resistive memory, as its source prints it.

import type { Profile } from './profile.ts';

export const aloxHfo2: Profile = {
  name: 'alox-hfo2',
  title: 'AlOx/HfO2 resistive memory',
  source: 'Chen, Peng, Yu, NeuroSim, IEEE TCAD 37:3067, 2018; MLP simulator 3.0, user manual, table II',
  model: 'exponential',
  constants: { up: 1.94, down: -0.61, levelsUp: 40, levelsDown: 40, cycle: 0.05 },
  pulses: 'nearest',
  conductance: { high: 5.91716e-5, low: 1.3357e-5 },
  write: { up: { volts: 0.9, seconds: 0.0001 }, down: { volts: -1, seconds: 0.0001 } },
};
