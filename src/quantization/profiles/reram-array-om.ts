// An array of optimised ReRAM, as its source prints it.

import type { Profile } from './profile.ts';

export const reramArrayOm: Profile = {
  name: 'reram-array-om',
  title: 'an array of optimised ReRAM',
  source: 'Rasch et al., IBM analog hardware kit, AICAS 2021; presets of version 1.1.0',
  model: 'softBounds',
  constants: {
    step: 0.0949,
    stepSpread: 0.7829,
    logNormal: 1,
    cycle: 0.4158,
    additive: 1,
    high: 1,
    low: -1,
    highSpread: 0.3499,
    lowSpread: 0.5695,
    asymmetrySpread: 0.01,
    symmetric: 1,
    referenceSpread: 0.05,
  },
  writeNoise: 1.4113,
  note: 'Gong et al., IEDM 2022.',
};
