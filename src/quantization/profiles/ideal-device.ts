// The control among devices: without flaws.

import type { Profile } from './profile.ts';

export const idealDevice: Profile = {
  name: 'ideal-device',
  title: 'a device without flaws',
  source: 'A control of ours: 4,096 states, linear, without noise',
  model: 'constantStep',
  constants: { step: 0.000488281 },
};
