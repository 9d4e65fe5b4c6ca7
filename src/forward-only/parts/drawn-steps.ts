// Some of the time steps, drawn anew in every training step: k of them, each set as likely as any other. Step t is
// taken with a chance of (k - taken) / (steps - t).

import { constant } from '../../../runtime/program/dim.ts';
import { Scalar } from '../../../runtime/program/leaves.ts';
import type { Moment, Program } from '../../../runtime/program/program.ts';

/** Begins to draw here. What `record` records runs at the steps that are taken. */
export function drawnSteps(p: Program, k: number): (at: Moment, record: () => void) => void {
  const left = p.tensor({ name: 'steps/left', shape: [1, 1], role: 'state', unit: null });
  p.write(left, k);
  return (at, record) => {
    const shape = [constant(1), constant(1)];
    const chance = p.drawn('steps/drawn', shape, { kind: 'uniform', range: [0, 1], each: 'step', per: 'batch', at });
    const ahead = new Scalar(at.steps).minus(new Scalar(at.turn));
    const taken = p.compute('steps/taken', chance.times(ahead).less(left), { role: 'state', unit: null });
    p.write(left, left.minus(taken));
    // 1 as float is above 1 as integer, and 0 is 0
    p.when(taken.buffer, { atLeast: 1 }, record);
  };
}
