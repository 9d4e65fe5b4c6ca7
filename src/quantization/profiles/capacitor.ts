// A capacitor, as its source prints it.

import type { Profile } from './profile.ts';

export const capacitor: Profile = {
  name: 'capacitor',
  title: 'a capacitor',
  source: 'Rasch et al., IBM analog hardware kit, AICAS 2021; presets of version 1.1.0',
  model: 'linearStep',
  constants: {
    step: 0.005,
    stepSpread: 0.1,
    cycle: 0.3,
    additive: 1,
    high: 1,
    low: -1,
    highSpread: 0.07,
    lowSpread: 0.07,
    asymmetrySpread: 0.06,
    gammaUp: 0.05,
    gammaDown: 0.05,
    gammaUpSpread: 0.01,
    gammaDownSpread: 0.01,
  },
  retention: { kind: 'exponential', seconds: 1e6, towards: 0.5 },
  note: 'Its lifetime is 1e6 steps, here of a second each: give `secondsPerStep`.',
};
