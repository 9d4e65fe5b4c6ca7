// How a layer is written in a network's word, `28x28x1-c8k5-p2-10`: each layer file says it beside the layer, and the
// index carries it to the command line, which reads it (cli/network-word.ts). Types alone: an app pays nothing for it.

import type { LayerSpec } from './layer.ts';
import type { Activation } from './parts/activation.ts';
import type { Size2d } from './parts/sliding.ts';

/**
 * What stands for the capitals of a form. F, G and N are whole numbers, A, C, D and T may have decimals, K and S are
 * sizes of windows: 3, or 10x4. Small words in brackets, such as `[same]`, are true where they are given.
 */
export type Values = Readonly<
  Record<'F' | 'G' | 'N', number> &
    Partial<Record<'A' | 'C' | 'D' | 'T', number>> &
    Record<'K', Size2d> &
    Partial<Record<'S', Size2d>> &
    Record<string, unknown>
>;

/** Where a layer stands in its network. */
export interface Place {
  readonly activation: Activation;
  /** Its input has one axis. */
  readonly isFlat: boolean;
  /** The tokens behind it, without their activations. */
  readonly rest: readonly string[];
}

export interface Word {
  /** The token, with capitals for numbers and brackets around what may be left out: `cFkK[sS][same]`. */
  readonly form: string;
  /** What it is, in help. */
  readonly about: string;
  /** Has an activation, which may be named: `100:relu`. */
  readonly activates?: boolean;
  /** As of LayerSpec: the layer before it gives it bare sums. */
  readonly joins?: boolean;
  layers(values: Values, place: Place): readonly LayerSpec[];
}
