// The trainer of the lead: a `fit` goes as it does in one learner, but that helpers run their parts of each step some
// steps ahead. Before an epoch they are given what was learned by then, behind it they give it back, so between two
// epochs the learner is whole, and all else that it can do is done by it alone.

import { elementsAt } from '../../runtime/wasm/pointer.ts';
import { DivergenceError } from '../errors.ts';
import type { Pace } from '../learner/pacing.ts';
import { fill, stepsAt, type Data } from '../learner/ports.ts';
import { Trainer, type Epoch } from '../learner/trainer.ts';
import type { Crew, Task } from './crew.ts';
import { leadPhase } from './share.ts';

/** An epoch that is shared out. */
interface Shift {
  readonly epoch: Epoch;
  /** Behind which job each step is done. */
  readonly ends: number[];
  /** Steps that the lead has done. */
  done: number;
  /** The counts as the jobs that are handed out find them. */
  readonly counts: Record<string, number>;
}

export class Lead extends Trainer {
  #crew: Crew | null = null;
  #shift: Shift | null = null;

  employ(crew: Crew): void {
    this.#crew?.close();
    this.#crew = crew;
  }

  /** Whether helpers hold what is being learned. */
  get isShared(): boolean {
    return this.#shift !== null;
  }

  override async pace(pacer: Pace, epoch: Epoch): Promise<Pace> {
    const crew = this.#crew;
    if (crew === null) return pacer;
    const { engine } = this;
    const names = Object.keys(this.compiled.counts);
    const counts = Object.fromEntries(names.map((name) => [name, engine.count(name)]));
    const shift = { epoch, ends: [], done: 0, counts };
    this.#shift = shift;
    crew.begin(engine);
    await this.ready(crew, shift);
    return {
      breathe: async () => {
        shift.done += 1;
        if (shift.done === epoch.starts.length - 1) return this.gather(crew);
        await pacer.breathe();
        await this.ready(crew, shift);
      },
    };
  }

  /** Ends early: what is under way is done by all, unless what was learned is given up. */
  override exclusively<T>(what: string, work: () => Promise<T>): Promise<T> {
    return super.exclusively(what, async () => {
      try {
        return await work();
      } catch (error) {
        await this.settle(!(error instanceof DivergenceError));
        throw error;
      }
    });
  }

  protected override runPart(data: Data, first: number, count: number, phase: string): void {
    if (this.#shift === null) return super.runPart(data, first, count, phase);
    this.#crew?.put(this.engine);
    super.runPart(data, first, count, leadPhase(phase));
  }

  private async gather(crew: Crew): Promise<void> {
    await crew.end(this.engine);
    this.#shift = null;
  }

  /** Hands out as many steps as may be under way, and waits until the helpers have done what the next one needs. */
  private async ready(crew: Crew, shift: Shift): Promise<void> {
    const { epoch, ends, done } = shift;
    const steps = Math.min(done + crew.stepsAhead + 1, epoch.starts.length - 1);
    while (ends.length < steps) {
      crew.handOut(this.tasksOf(shift, ends.length));
      ends.push(crew.handedOut);
    }
    await crew.reach(ends[done]);
  }

  /** What a step is made of, as `step` does it. */
  private tasksOf({ epoch, done, counts }: Shift, step: number): Task[] {
    const { engine, compiled } = this;
    const { data, starts, stage } = epoch;
    const [start, count] = [starts[step], starts[step + 1] - starts[step]];
    const common = { step: engine.step + step - done, progress: epoch.progress(step), rate: engine.fixedRate };
    const tasks: Task[] = [];
    if ('samples' in counts) counts.samples = count;
    for (const part of compiled.stages[stage].step) {
      if (typeof part !== 'string') {
        counts[part.raise] = Math.min(counts[part.raise] + 1, compiled.counts[part.raise].capacity);
        continue;
      }
      for (let row = 0, rows = this.rowsOf(part, count); row < rows; row += engine.batch) {
        const [first, batch] = [start + row, Math.min(engine.batch, rows - row)];
        const now = { ...counts, batch, ...(compiled.network.varying && { steps: stepsAt(engine, data, first) }) };
        tasks.push({
          job: { ...common, phase: part, counts: now },
          fill: (name, bytes) => {
            const { element, elements } = compiled.ports[name];
            fill(engine, this.standardizer, data, first, batch, name, elementsAt(element, bytes, 0, elements));
          },
        });
      }
    }
    return tasks;
  }

  private async settle(isKept: boolean): Promise<void> {
    const [crew, shift] = [this.#crew, this.#shift];
    if (crew === null || shift === null) return;
    const { epoch, ends } = shift;
    const { data, starts, stage } = epoch;
    try {
      while (isKept && shift.done < ends.length) {
        const { done } = shift;
        await crew.reach(ends[done]);
        this.step(data, starts[done], starts[done + 1] - starts[done], stage, epoch.progress(done));
        shift.done += 1;
      }
    } finally {
      await crew.drop();
      if (isKept) await crew.end(this.engine);
      this.#shift = null;
    }
  }
}
