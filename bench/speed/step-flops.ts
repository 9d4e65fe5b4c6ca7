// What a step computes, for tables of rules beside each other.

import { flopsOf } from '../../runtime/program/flops.ts';
import { recordLearner } from '../../src/compile/record.ts';
import { phasesOf } from '../../src/forward-only/rule.ts';
import type { LearnerOptions } from '../../src/index.ts';

/** Floating-point operations of one step of the first stage, all samples at once. */
export function stepFlops(options: Pick<LearnerOptions, 'network' | 'rule' | 'batchSize'>): number {
  const { program, course } = recordLearner(options);
  return phasesOf(course.stages[0].step).reduce((sum, phase) => sum + flopsOf(program.phases.get(phase) ?? []), 0);
}
