// TaOx/TiO2 resistive memory, as its source prints it.

import type { Profile } from './profile.ts';

export const taoxTio2: Profile = {
  name: 'taox-tio2',
  title: 'TaOx/TiO2 resistive memory',
  source: 'Chen, Peng, Yu, NeuroSim, IEEE TCAD 37:3067, 2018; MLP simulator 3.0, user manual, table I',
  model: 'exponential',
  constants: { up: 1.85, down: -1.79, levelsUp: 102, levelsDown: 102, cycle: 0.01 },
  pulses: 'nearest',
  conductance: { high: 2e-7, low: 1e-7 },
  write: { up: { volts: 3, seconds: 0.04 }, down: { volts: -3, seconds: 0.01 } },
  note: 'The cycle noise is printed as below 1 %.',
};
