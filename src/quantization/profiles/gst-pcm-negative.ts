// GST phase change memory, the second label read as negative, as its source prints it.

import type { Profile } from './profile.ts';

export const gstPcmNegative: Profile = {
  name: 'gst-pcm-negative',
  title: 'GST phase change memory, the second label read as negative',
  source: 'Chen, Peng, Yu, NeuroSim, IEEE TCAD 37:3067, 2018; MLP simulator 3.0, user manual, table II',
  model: 'exponential',
  constants: { up: 0.105, down: -2.4, levelsUp: 100, levelsDown: 120, cycle: 0.015 },
  pulses: 'nearest',
  conductance: { high: 0.000212314, low: 1.07229e-5 },
  write: { up: { volts: 0.7, seconds: 6e-6 }, down: { volts: 3, seconds: 1.25e-7 } },
  note: 'See `gst-pcm`.',
};
