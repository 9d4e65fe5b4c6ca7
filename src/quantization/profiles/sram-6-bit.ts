// SRAM of 6 bits, as its source prints it.

import type { Profile } from './profile.ts';

export const sram6Bit: Profile = {
  name: 'sram-6-bit',
  title: 'SRAM of 6 bits',
  source: 'Chen, Peng, Yu, NeuroSim, IEEE TCAD 37:3067, 2018; MLP simulator 3.0, user manual, table II',
  model: 'constantStep',
  constants: { step: 0.031746 },
  pulses: 'nearest',
  note: '64 states without noise: a digital cell.',
};
