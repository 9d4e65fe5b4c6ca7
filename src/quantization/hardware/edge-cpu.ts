// A processor of a phone or a single-board computer: floats, and memory enough.

import { f32 } from '../f32.ts';
import type { Hardware } from './hardware.ts';

export const edgeCpu: Hardware = {
  name: 'edge-cpu',
  title: 'edge processor with floats',
  source: 'Arm Cortex-A53 and alike',
  storage: f32,
};
