// How what layers hand on is kept: as floats, or as int8 with one scale and one zero point for each tensor, by which
// products and pools compute in integers. A layer asks for a place for its output and fills it; layers that know no
// integers get floats, since a tensor of int8 is an expression like any other.
//
// Scales are found by calibration, before the first step, and follow what is seen in training: they move toward the
// range of each step (Jacob et al., CVPR 2018). Deltas pass the rounding as if there were none (straight through).

import type { Quantization } from '../../runtime/program/buffer.ts';
import type { Program } from '../../runtime/program/program.ts';
import type { Deltas } from './deltas.ts';
import type { LayerProduct, Produced, Reading } from './storage.ts';

export interface Activations {
  /** What makes two of them the same: a checkpoint names it. */
  readonly name: string;
  record(p: Program): RecordedActivations;
}

/** What layers see of them. */
export interface LayerActivations {
  /** How weights see what they learn from; absent: as floats. */
  readonly deltas?: Deltas;
  /** How a layer's products are recorded; `isAnswer`: what gives the answers gives them as floats. */
  product(p: Program, name: string, reading: Reading, isAnswer: boolean): (p: Program, of: LayerProduct) => Produced;
  /** Of layers that keep nothing as int8: what comes in as int8 is multiplied in integers, all the same. */
  readonly asGiven?: LayerActivations;
}

/** Those of one program. */
export interface RecordedActivations extends LayerActivations {
  /** Of what the host fills. */
  readonly input: Quantization;
  /** What is recorded inside finds scales as it runs, those of each layer before the next one reads it. */
  calibrating(record: () => void): void;
  /** Records that what was observed so far is forgotten. */
  begin(p: Program): void;
  /** Recorded once a training step, after its last phase: scales follow what was observed. */
  maintain(p: Program): void;
}
