// A microcontroller that learns in 256 KiB, in bytes.

import { int8Activations } from '../int8-activations.ts';
import { int8 } from '../int8.ts';
import type { Hardware } from './hardware.ts';

export const mcu256k: Hardware = {
  name: 'mcu-256k',
  title: 'microcontroller with 256 KiB, int8',
  source: 'Arm Cortex-M7 class; the budget of Lin et al., NeurIPS 2022',
  storage: int8(),
  activations: int8Activations(),
  budget: 256 * 1024,
};
