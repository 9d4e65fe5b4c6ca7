// What adds up over a step before it is spent: where its rows come in micro-batches, or its gradient is clipped. A
// phase `train` that updates weights becomes three: `train/zero`, `train` once a micro-batch, `train/spend`.

import type { Buffer } from '../../runtime/program/buffer.ts';
import type { Program } from '../../runtime/program/program.ts';
import type { Course, Run } from '../forward-only/rule.ts';
import type { Optimizer, RecordedOptimizer } from '../optimizers/optimizer.ts';
import { spending, sumBuffer, Sums } from '../quantization/sink.ts';

interface Spent {
  readonly sums: Sums;
  readonly optimizer: Optimizer;
  readonly recorded: RecordedOptimizer;
}

export interface StepSums {
  /** The sums of the phase that is being recorded. */
  sink(key: string, optimizer: Optimizer, recorded: RecordedOptimizer): Sums;
  /** Records what zeroes and what spends the sums; gives the course that runs it. */
  finish(course: Course): Course;
}

export function stepSums(p: Program): StepSums {
  /** By phase, then by optimiser and clock. */
  const phases = new Map<string, Map<string, Spent>>();
  /** One for each weight and optimiser, whatever the phase: no phase begins before another one has spent. */
  const buffers = new Map<string, Buffer>();
  const sumOf = (key: string): Sums =>
    new Sums((_, weight) => {
      const name = `${key}/${weight.name}/sum`;
      const buffer = buffers.get(name) ?? sumBuffer(p, weight, { name, life: 'cached' });
      buffers.set(name, buffer);
      return buffer;
    });
  const around = (run: Run): Run => {
    if (typeof run === 'string') return phases.has(run) ? [`${run}/zero`, run, `${run}/spend`] : run;
    return 'raise' in run ? run : run.map(around);
  };
  return {
    sink(key, optimizer, recorded) {
      const phase = phases.get(p.phaseNow) ?? new Map<string, Spent>();
      phases.set(p.phaseNow, phase);
      const spent = phase.get(key) ?? { sums: sumOf(key), optimizer, recorded };
      phase.set(key, spent);
      return spent.sums;
    },
    finish({ stages, actions = {}, ...course }) {
      for (const [phase, spent] of phases) {
        p.phase(`${phase}/zero`, () => {
          for (const { sums } of spent.values()) sums.zero(p);
        });
        p.phase(`${phase}/spend`, () => {
          for (const one of spent.values()) spend(p, one);
        });
      }
      return {
        ...course,
        stages: stages.map(({ enter = [], step, leave = [], until }) => ({
          enter: around(enter),
          step: around(step),
          leave: around(leave),
          until,
        })),
        actions: Object.fromEntries(
          Object.entries(actions).map(([name, action]) => [name, { ...action, run: around(action.run) }]),
        ),
      };
    },
  };
}

function spend(p: Program, { sums, optimizer: { clipNorm }, recorded }: Spent): void {
  recorded.advance();
  const scale = clipNorm === null ? undefined : sums.squares(p).map('sqrt').map('reciprocal').times(clipNorm).min(1);
  sums.spend(p, spending(recorded), scale);
}
