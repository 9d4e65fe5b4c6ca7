// What of a network learns, layer by layer, where that is not all of it. What does not learn stays as it is: unlike
// what is declared with `trained: false`, a checkpoint holds it.

import { PANEL } from '../../../runtime/simd/parts/panels.ts';
import { expectThat } from '../../options.ts';
import { ShapeError, type Learns, type Trained } from '../layer.ts';
import { lastLearning, type NamedSpec } from './naming.ts';

/** By names of layers or by their types; a name stands above a type. Layers that are not named stay as they are. */
export type Trainable = readonly string[] | Readonly<Record<string, Learns>>;

export const NOTHING: Trained = { of: () => undefined, rest: false };

/**
 * @throws ShapeError for a name there is not, for what is none of the above, and where the layer that gives the outputs
 *   does not learn.
 */
export function readTrainable(option: Trainable, layers: readonly NamedSpec[]): Trained {
  const wanted = "such as ['dense_1'] or { dense_1: true, conv2d: 'bias' }";
  expectThat(typeof option === 'object' && option !== null, 'trainable', option, wanted, ShapeError);
  const entries = Array.isArray(option)
    ? option.map((name: string) => [name, true] as const)
    : Object.entries(option as Readonly<Record<string, Learns>>);
  const learns = new Map<string, Learns>(entries);
  const known = new Set(layers.flatMap(({ name, spec }) => [name, spec.type]));
  for (const [name, what] of learns) {
    const outer = name.split('/')[0];
    expectThat(known.has(outer), 'trainable', name, [...known].join(', '), ShapeError);
    expectLearns(name, what);
  }
  const trained: Trained = { of: (name, type) => learns.get(name) ?? learns.get(type), rest: false };
  const end = layers[lastLearning(layers)];
  if (end !== undefined && (trained.of(end.name, end.spec.type) ?? false) === false) {
    throw new ShapeError(`trainable: '${end.name}' gives the outputs, wanted it among what learns`);
  }
  return trained;
}

function expectLearns(name: string, learns: Learns): void {
  if (typeof learns === 'object' && learns !== null && 'channels' in learns) {
    const { channels } = learns;
    const isShare = typeof channels === 'number' && channels > 0 && channels <= 1;
    return expectThat(isShare, `trainable: channels of '${name}'`, channels, 'a share above 0, at most 1', ShapeError);
  }
  const isKnown = typeof learns === 'boolean' || learns === 'bias';
  expectThat(isKnown, `trainable: '${name}'`, learns, "true, 'bias' or { channels: 0.25 }", ShapeError);
}

/** How many outputs learn, of so many. */
export const learningOf = (share: number, outputs: number): number =>
  Math.min(outputs, Math.ceil((share * outputs) / PANEL) * PANEL);
