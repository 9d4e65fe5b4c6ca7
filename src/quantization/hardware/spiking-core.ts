// One core of a spiking chip: weights of 8 bits in its own memory.

import { int8 } from '../int8.ts';
import type { Hardware } from './hardware.ts';

export const spikingCore: Hardware = {
  name: 'spiking-core',
  title: 'core of a spiking chip, weights of 8 bits, 128 KiB',
  source: 'Davies et al., Loihi, IEEE Micro 38, 2018: the memory of a core; its microcode is not modelled',
  storage: int8(),
  budget: 128 * 1024,
};
