// Rules that learn at every time step, of a network that has an output at every one: updates add up over the steps and
// are spent behind the last, so that all steps are of the same weights.

import type { Program } from '../../../runtime/program/program.ts';
import type { Back } from '../../layers/layer.ts';
import type { Network } from '../../layers/network.ts';
import { accumulate } from '../../quantization/sink.ts';
import { RuleError, type RuleContext } from '../rule.ts';

/** Records one step: the loop over time from rest on, or without time that step alone. */
export function eachStep(
  p: Program,
  network: Network,
  { input, sink }: RuleContext,
  record: (to: Pick<Back, 'training' | 'at' | 'sink'>) => void,
): void {
  const into = sink();
  if (input.steps === null) return record({ training: true, sink: into });
  const sum = accumulate(p, into);
  network.begin?.(p, 'forward');
  p.time(input.steps, 'forward', (at) => record({ training: true, sink: sum, at }));
  sum.spend(p);
}

/** @throws RuleError where there is one loss for all steps: its delta would have to go back to steps that are gone. */
export function expectOpen(rule: string, { spec }: Network): void {
  const end = spec.layers.find(({ spec: layer }) => layer.endsTime);
  if (end === undefined) return;
  const wanted = 'wanted a network without last() and mean(), which answers by the mean of its outputs';
  throw new RuleError(`${rule} has a loss at every time step, but time ends in '${end.name}': ${wanted}`);
}
