// All hardware, one line each: what `--hardware` sets together.

import { crossbarPcm } from './crossbar-pcm.ts';
import { crossbarTaox } from './crossbar-taox.ts';
import { edgeCpu } from './edge-cpu.ts';
import type { Hardware } from './hardware.ts';
import { mcu256k } from './mcu-256k.ts';
import { spikingCore } from './spiking-core.ts';

const all: readonly Hardware[] = [edgeCpu, mcu256k, crossbarTaox, crossbarPcm, spikingCore];

/** By name. Its storage, activations and budget are options of `createLearner`. */
export const hardware: Readonly<Record<string, Hardware>> = Object.fromEntries(all.map((one) => [one.name, one]));
