// TaOx/HfOx resistive memory, as its source prints it.

import type { Profile } from './profile.ts';

export const taoxHfox: Profile = {
  name: 'taox-hfox',
  title: 'TaOx/HfOx resistive memory',
  source: 'Chen, Peng, Yu, NeuroSim, IEEE TCAD 37:3067, 2018; MLP simulator 3.0, user manual, table II',
  model: 'exponential',
  constants: { up: 0.04, down: -0.63, levelsUp: 128, levelsDown: 128, cycle: 0.037 },
  pulses: 'nearest',
  conductance: { high: 1e-5, low: 1e-6 },
  write: { up: { volts: 1.6, seconds: 5e-8 }, down: { volts: -1.6, seconds: 5e-8 } },
  note: 'The pulse of depression is not printed apart: the one of potentiation, reversed.',
};
