// A crossbar of phase change memory in pairs, with tiles, converters, noise and managed bounds as IBM's kit has
// them.

import { converters } from '../converters.ts';
import { pcm } from '../profiles/pcm.ts';
import { synapse } from '../synapse.ts';
import type { Hardware } from './hardware.ts';

export const crossbarPcm: Hardware = {
  name: 'crossbar-pcm',
  title: 'crossbar of phase change memory, tiles of 512 rows, converters of 7 and 9 bits, noisy readings',
  source: 'Rasch et al., IBM analog hardware kit, presets of version 1.1.0; bounds are ours',
  storage: synapse(pcm, {
    converters: converters({
      inputBits: 7,
      inputBound: 8,
      outputBits: 9,
      outputBound: 24,
      readNoise: 0.1,
      tileRows: 512,
      boundManagement: 10,
    }),
  }),
};
