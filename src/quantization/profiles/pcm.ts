// Phase change memory in pairs, as its source prints it.

import type { Profile } from './profile.ts';

export const pcm: Profile = {
  name: 'pcm',
  title: 'phase change memory in pairs',
  source: 'Rasch et al., IBM analog hardware kit, AICAS 2021; presets of version 1.1.0',
  model: 'expStep',
  constants: {
    step: 0.01,
    stepSpread: 0.2,
    cycle: 0.6,
    high: 2,
    low: 0,
    highSpread: 0.1,
    asymmetrySpread: 0.05,
    amountUp: -27.235,
    amountDown: -2.235,
    gammaUp: 2.5,
    gammaDown: 2.5,
    slope: -1,
    shift: 0,
    noiseAdded: 0.042,
    noiseSlope: 0.108,
  },
  arrangement: 'pair',
  note: 'A pair that runs full is erased without noise; the kit resets to 0.01 with a spread of 0.02.',
};
