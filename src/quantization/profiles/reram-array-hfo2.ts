// An array of HfO2 ReRAM, as its source prints it.

import type { Profile } from './profile.ts';

export const reramArrayHfo2: Profile = {
  name: 'reram-array-hfo2',
  title: 'an array of HfO2 ReRAM',
  source: 'Rasch et al., IBM analog hardware kit, AICAS 2021; presets of version 1.1.0',
  model: 'softBounds',
  constants: {
    step: 0.4622,
    stepSpread: 0.7125,
    logNormal: 1,
    cycle: 0.2174,
    additive: 1,
    high: 1,
    low: -1,
    highSpread: 0.4295,
    lowSpread: 0.599,
    asymmetrySpread: 0.01,
    symmetric: 1,
    referenceSpread: 0.05,
  },
  writeNoise: 0.5841,
  note: 'Gong et al., IEDM 2022.',
};
