// All storages, and ways to keep activations, one line each: what the command line and the tests go through. Devices
// have a storage of their own for each profile (profiles/index.ts); here stand one device, one pair, and two arrays of
// which one teaches the other. These have no write noise: an array of another shape, as NoProp has for more classes,
// is written anew and read otherwise, where tests want the same answers.

import type { Activations } from './activations.ts';
import { f32 } from './f32.ts';
import { binary } from './binary.ts';
import { int4 } from './int4.ts';
import { int8, type Int8Options } from './int8.ts';
import { int8Activations } from './int8-activations.ts';
import { agASi } from './profiles/ag-a-si.ts';
import { pcm } from './profiles/pcm.ts';
import { quantizationAware } from './quantization-aware.ts';
import { rounded } from './rounded.ts';
import type { Storage } from './storage.ts';
import { reramArrayOm } from './profiles/reram-array-om.ts';
import { synapse, type SynapseOptions } from './synapse.ts';
import { tikiTaka, type TikiTakaOptions } from './tiki-taka.ts';

export const storages = {
  f32: () => f32,
  int8,
  int8PerTensor: (options: Int8Options = {}) => rounded('int8', 'i8', options, { headroom: 3, perChannel: false }),
  int4,
  binary,
  quantizationAware,
  synapse: (options?: SynapseOptions) => synapse({ ...agASi, pulses: 'stochastic' }, options),
  synapsePair: (options?: SynapseOptions) => synapse(pcm, options),
  tikiTaka: (options?: TikiTakaOptions) => tikiTaka({ ...reramArrayOm, writeNoise: 0 }, options),
} as const satisfies Record<string, () => Storage>;

export const activations = { f32: () => undefined, int8: int8Activations } as const satisfies Record<
  string,
  () => Activations | undefined
>;
