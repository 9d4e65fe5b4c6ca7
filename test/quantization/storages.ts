// All storages that tests go through: those of the index; int8 with one scale; and of devices one, one pair, and two
// arrays of which one teaches the other. These have no write noise: an array of another shape, as NoProp has for more
// classes, is written anew and read otherwise, where tests want the same answers.

import { synapse, tikiTaka, type Int8Options } from '../../src/index.ts';
import type { SynapseOptions, TikiTakaOptions } from '../../src/index.ts';
import { storages as digital } from '../../src/quantization/index.ts';
import { agASi } from '../../src/quantization/profiles/ag-a-si.ts';
import { pcm } from '../../src/quantization/profiles/pcm.ts';
import { reramArrayOm } from '../../src/quantization/profiles/reram-array-om.ts';
import { rounded } from '../../src/quantization/rounded.ts';

/** Of whose profiles that have none. */
const conductance = { high: 1e-4, low: 1e-5 };

export const storages = {
  ...digital,
  int8PerTensor: (options: Int8Options = {}) => rounded('int8', 'i8', options, { headroom: 3, perChannel: false }),
  synapse: (options?: SynapseOptions) => synapse({ ...agASi, pulses: 'stochastic' }, options),
  synapsePair: (options?: SynapseOptions) => synapse({ ...pcm, conductance }, options),
  tikiTaka: (options?: TikiTakaOptions) => tikiTaka({ ...reramArrayOm, writeNoise: 0, conductance }, options),
} as const;
