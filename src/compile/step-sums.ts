// What adds up over a step before it is spent: where its rows come in micro-batches, or its gradient is clipped. A
// phase `train` that updates weights becomes three: `train/zero`, `train` once a micro-batch, `train/spend`.

import type { Buffer } from '../../runtime/program/buffer.ts';
import type { Program } from '../../runtime/program/program.ts';
import type { Course, Run, Stage } from '../forward-only/rule.ts';
import type { Optimizer, RecordedOptimizer } from '../optimizers/optimizer.ts';
import { spending, sumBuffer, Sums } from '../quantization/sink.ts';

interface Spent {
  readonly sums: Sums;
  readonly optimizer: Optimizer;
  readonly recorded: RecordedOptimizer;
}

export class StepSums {
  readonly #p: Program;
  /** By phase, then by optimiser and clock. */
  readonly #phases = new Map<string, Map<string, Spent>>();
  /** One for each weight and optimiser, whatever the phase: no phase begins before another one has spent. */
  readonly #buffers = new Map<string, Buffer>();

  constructor(p: Program) {
    this.#p = p;
  }

  /** The sums of the phase that is being recorded. */
  sink(key: string, optimizer: Optimizer, recorded: RecordedOptimizer): Sums {
    const { phaseNow } = this.#p;
    const phase = this.#phases.get(phaseNow) ?? new Map<string, Spent>();
    this.#phases.set(phaseNow, phase);
    const known = phase.get(key);
    if (known !== undefined) return known.sums;
    const sums = new Sums((p, weight) => {
      const name = `${key}/${weight.name}/sum`;
      const buffer = this.#buffers.get(name) ?? sumBuffer(p, weight, { name, life: 'cached' });
      this.#buffers.set(name, buffer);
      return buffer;
    });
    phase.set(key, { sums, optimizer, recorded });
    return sums;
  }

  /** Records what zeroes and what spends the sums; gives the course that runs it. */
  finish(course: Course): Course {
    const p = this.#p;
    for (const [phase, spent] of this.#phases) {
      p.phase(`${phase}/zero`, () => {
        for (const { sums } of spent.values()) sums.zero(p);
      });
      p.phase(`${phase}/spend`, () => {
        for (const one of spent.values()) spend(p, one);
      });
    }
    const around = (run: Run): Run => {
      if (typeof run === 'string') return this.#phases.has(run) ? [`${run}/zero`, run, `${run}/spend`] : run;
      return 'raise' in run ? run : run.map(around);
    };
    const { stages, actions = {} } = course;
    return {
      ...course,
      stages: stages.map(
        ({ enter, step, leave, until }): Stage => ({
          ...(enter && { enter: around(enter) }),
          step: around(step),
          ...(leave && { leave: around(leave) }),
          until,
        }),
      ),
      actions: Object.fromEntries(
        Object.entries(actions).map(([name, action]) => [name, { ...action, run: around(action.run) }]),
      ),
    };
  }
}

function spend(p: Program, { sums, optimizer: { clipNorm }, recorded }: Spent): void {
  recorded.advance();
  const scale = clipNorm === null ? undefined : sums.squares(p).map('sqrt').map('reciprocal').times(clipNorm).min(1);
  sums.spend(p, spending(recorded), scale);
}
