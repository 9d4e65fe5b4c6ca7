// Lithium ECRAM, as its source prints it.

import type { Profile } from './profile.ts';

export const ecram: Profile = {
  name: 'ecram',
  title: 'lithium ECRAM',
  source: 'Rasch et al., IBM analog hardware kit, AICAS 2021; presets of version 1.1.0',
  model: 'linearStep',
  constants: {
    step: 0.002,
    stepSpread: 0.1,
    cycle: 0.3,
    high: 1.1724,
    low: -0.8276,
    highSpread: 0.05,
    lowSpread: 0.05,
    asymmetrySpread: 0.01,
    gammaUp: 0.1153,
    gammaDown: 0.5085,
    gammaUpSpread: 0.05,
    gammaDownSpread: 0.05,
  },
};
