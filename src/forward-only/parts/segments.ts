// Parts one after another in segments, of which only the inputs are kept on the way forward: on the way back a segment
// runs again, with the draws it had, and what it saved dies before the next one runs.
//
// Source: Chen, Xu, Zhang, Guestrin: Training deep nets with sublinear memory cost. arXiv 1604.06174 (2016).

import type { Expression, Tensor } from '../../../runtime/program/expression.ts';
import type { Program } from '../../../runtime/program/program.ts';
import type { Network, Part } from '../../layers/network.ts';
import { RuleError } from '../rule.ts';
import { isTrained, pulled, type Back, type Layer } from '../../layers/layer.ts';
import { chain } from '../../layers/parts/chain.ts';

/**
 * The parts below the last layers that learn, and these.
 * @throws RuleError where there are not so many.
 */
export function splitParts(
  rule: string,
  { parts, units }: Network,
  last: number,
): [below: readonly Part[], above: readonly Part[]] {
  if (last > units.length) {
    throw new RuleError(`${rule}: last is ${last}, but the network has ${units.length} layers that learn`);
  }
  const first = last === 0 ? parts.length : last === units.length ? 0 : parts.indexOf(units[units.length - last]);
  return [parts.slice(0, first), parts.slice(first)];
}

/** `count` segments of about as many parts each; fewer where there are fewer parts. */
export function segmentsOf(parts: readonly Layer[], count: number): Layer[][] {
  const segments = Math.min(count, parts.length);
  const edge = (index: number): number => Math.ceil((index * parts.length) / segments);
  return Array.from({ length: segments }, (_, index) => parts.slice(edge(index), edge(index + 1)));
}

/** Forward and back through segments: one is the usual walk. `score` gives dL/d(output). */
export function throughSegments(
  p: Program,
  segments: readonly (readonly Layer[])[],
  x: Tensor,
  score: (output: Tensor) => Expression,
  to: Back,
): void {
  const layers = segments.map((segment) => chain('segment', segment));
  const lowest = Math.max(0, layers.findIndex(isTrained));
  const inputs = [x];
  for (const [at, layer] of layers.slice(0, -1).entries()) inputs.push(layer.forward(p, inputs[at], to).output);
  let delta: Expression | null = null;
  for (let at = layers.length - 1; at >= lowest; at--) {
    const saved = layers[at].forward(p, inputs[at], to);
    const above = delta ?? score(saved.output);
    if (at === lowest) layers[at].back(p, saved, above, to);
    else delta = p.materialize('segment/delta', pulled(p, layers[at], saved, above, to));
  }
}
