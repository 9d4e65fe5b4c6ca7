// Metal oxide ECRAM, as its source prints it.

import type { Profile } from './profile.ts';

export const ecramMo: Profile = {
  name: 'ecram-mo',
  title: 'metal oxide ECRAM',
  source: 'Rasch et al., IBM analog hardware kit, AICAS 2021; presets of version 1.1.0',
  model: 'linearStep',
  constants: {
    step: 0.00028214,
    stepSpread: 0.1,
    cycle: 2,
    high: 1.1714,
    low: -0.8286,
    highSpread: 0.05,
    lowSpread: 0.05,
    asymmetrySpread: 0.01,
    gammaUp: 0.4152,
    gammaDown: 0.7342,
    gammaUpSpread: 0.05,
    gammaDownSpread: 0.05,
  },
};
