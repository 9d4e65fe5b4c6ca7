// ReRAM, soft bounds, as its source prints it.

import type { Profile } from './profile.ts';

export const reramSb: Profile = {
  name: 'reram-sb',
  title: 'ReRAM, soft bounds',
  source: 'Rasch et al., IBM analog hardware kit, AICAS 2021; presets of version 1.1.0',
  model: 'softBounds',
  constants: {
    step: 0.002,
    stepSpread: 0.3,
    cycle: 3.75,
    additive: 1,
    high: 1.25,
    low: -0.75,
    highSpread: 0.24,
    lowSpread: 0.4,
    asymmetrySpread: 0.01,
  },
  writeNoise: 56,
};
