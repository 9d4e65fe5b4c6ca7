// The device of Gokmen and Vlasov, as its source prints it.

import type { Profile } from './profile.ts';

export const gokmenVlasov: Profile = {
  name: 'gokmen-vlasov',
  title: 'the device of Gokmen and Vlasov',
  source: 'Rasch et al., IBM analog hardware kit, AICAS 2021; presets of version 1.1.0',
  model: 'constantStep',
  constants: {
    step: 0.0016,
    stepSpread: 0.3,
    cycle: 0.3,
    high: 1,
    low: -1,
    highSpread: 0.3,
    lowSpread: 0.3,
    asymmetrySpread: 0.01,
  },
};
