// A crossbar of TaOx/HfOx devices, read and driven by converters of 8 bits.

import { converters } from '../converters.ts';
import { taoxHfox } from '../profiles/taox-hfox.ts';
import { synapse } from '../synapse.ts';
import type { Hardware } from './hardware.ts';

export const crossbarTaox: Hardware = {
  name: 'crossbar-taox',
  title: 'crossbar of TaOx/HfOx, converters of 8 bits',
  source: 'NeuroSim, MLP simulator 3.0: the device of table II, partial sums of 8 bits; inputs of 8 bits are ours',
  storage: synapse(
    { ...taoxHfox, pulses: 'stochastic' },
    { converters: converters({ inputBits: 9, inputBound: 8, outputBits: 9, outputBound: 24 }) },
  ),
};
