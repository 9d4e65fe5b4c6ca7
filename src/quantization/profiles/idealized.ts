// An idealised device of 10,000 states, as its source prints it.

import type { Profile } from './profile.ts';

export const idealized: Profile = {
  name: 'idealized',
  title: 'an idealised device of 10,000 states',
  source: 'Rasch et al., IBM analog hardware kit, AICAS 2021; presets of version 1.1.0',
  model: 'constantStep',
  constants: { step: 0.0002, stepSpread: 0.3, cycle: 0.3, high: 1, low: -1, highSpread: 0.3, lowSpread: 0.3 },
};
