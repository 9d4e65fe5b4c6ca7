// Ag:a-Si resistive memory, as its source prints it.

import type { Profile } from './profile.ts';

export const agASi: Profile = {
  name: 'ag-a-si',
  title: 'Ag:a-Si resistive memory',
  source: 'Chen, Peng, Yu, NeuroSim, IEEE TCAD 37:3067, 2018; MLP simulator 3.0, user manual, table II',
  model: 'exponential',
  constants: { up: 2.4, down: -4.88, levelsUp: 97, levelsDown: 100, cycle: 0.035 },
  pulses: 'nearest',
  conductance: { high: 3.84615e-8, low: 3.07692e-9 },
  write: { up: { volts: 3.2, seconds: 0.0003 }, down: { volts: -2.8, seconds: 0.0003 } },
};
