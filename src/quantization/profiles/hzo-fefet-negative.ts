// HZO ferroelectric transistor with its second label read as negative, by which depression runs as its picture has it.

import { hzoFefet } from './hzo-fefet.ts';
import type { Profile } from './profile.ts';

export const hzoFefetNegative: Profile = {
  ...hzoFefet,
  name: 'hzo-fefet-negative',
  title: 'HZO ferroelectric transistor, the second label read as negative',
  constants: { ...hzoFefet.constants, down: -1.46 },
  note: 'See `hzo-fefet`.',
};
