// ReRAM, exponential steps, as its source prints it.

import type { Profile } from './profile.ts';

export const reramEs: Profile = {
  name: 'reram-es',
  title: 'ReRAM, exponential steps',
  source: 'Rasch et al., IBM analog hardware kit, AICAS 2021; presets of version 1.1.0',
  model: 'expStep',
  constants: {
    step: 0.00135,
    stepSpread: 0.2,
    cycle: 5,
    high: 1,
    low: -1,
    highSpread: 0.3,
    lowSpread: 0.3,
    asymmetry: 0.259359,
    asymmetrySpread: 0.05,
    amountUp: -1.18445,
    amountDown: -0.081404,
    gammaUp: 5,
    gammaDown: 5,
    slope: -0.5,
    shift: -0.5,
  },
  writeNoise: 75,
};
