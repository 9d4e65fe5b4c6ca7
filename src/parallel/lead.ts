// The trainer of the lead: a `fit` goes as it does in one learner, but that helpers run their parts of each step some
// steps ahead. Before an epoch they are given what was learned by then, behind it they give it back, so between two
// epochs the learner is whole, and all else that it can do is done by it alone.

import { instantiate } from '../../runtime/wasm/instantiate.ts';
import { elementsAt } from '../../runtime/wasm/pointer.ts';
import { mapped, type CompiledLearner } from '../compile/compiled.ts';
import { DivergenceError } from '../errors.ts';
import { adopt } from '../learner/adopt.ts';
import { Engine, type EngineOptions } from '../learner/engine.ts';
import type { Pace } from '../learner/pacing.ts';
import { fill, type Data } from '../learner/ports.ts';
import { Standardizer } from '../learner/standardization.ts';
import { Trainer } from '../learner/trainer.ts';
import type { TaskHost } from '../tasks/host/host.ts';
import type { Crew, Task } from './crew.ts';
import { leadPhase } from './share.ts';

/** An epoch that is shared out. */
interface Shift {
  readonly data: Data;
  readonly starts: ArrayLike<number>;
  readonly stage: number;
  progress(step: number): number;
  readonly standardizer: Standardizer;
  /** Behind which job each step is done. */
  readonly ends: number[];
  /** Steps that the lead has done. */
  done: number;
  /** Epochs begun, with this one. */
  readonly epochs: number;
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

  static override async start(compiled: CompiledLearner, host: TaskHost): Promise<Lead> {
    let lead: Lead | null = null;
    const engine = await Engine.start(
      compiled,
      beginning(compiled, () => lead),
    );
    lead = new Lead(engine, host);
    return lead;
  }

  /** Goes on as another compilation. */
  resize(compiled: CompiledLearner): Promise<void> {
    return adopt(
      this,
      compiled,
      beginning(compiled, () => this),
    );
  }

  override async pace(
    pacer: Pace,
    data: Data,
    starts: ArrayLike<number>,
    stage: number,
    progress: (step: number) => number,
  ): Promise<Pace> {
    const crew = this.#crew;
    if (crew === null || starts.length < 2) return pacer;
    const { engine } = this;
    const counts = mapped(this.compiled.counts, (_, name) => engine.count(name));
    const standardizer = new Standardizer(this.compiled, this.standardization);
    const shift = {
      data,
      starts,
      stage,
      progress,
      standardizer,
      counts,
      ends: [],
      done: 0,
      epochs: this.epochs + (starts[0] === 0 ? 1 : 0),
    };
    this.#shift = shift;
    crew.begin(engine);
    await this.ready(crew, shift);
    return {
      breathe: async () => {
        shift.done += 1;
        if (shift.done === starts.length - 1) return this.gather(crew);
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

  /** Runs its part of a phase behind those of the helpers. */
  runPart(part: () => void): void {
    this.#crew?.put(this.engine);
    part();
  }

  private async gather(crew: Crew): Promise<void> {
    await crew.end(this.engine);
    this.#shift = null;
  }

  /** Hands out as many steps as may be under way, and waits until the helpers have done what the next one needs. */
  private async ready(crew: Crew, shift: Shift): Promise<void> {
    const { starts, ends, done } = shift;
    const steps = Math.min(done + crew.stepsAhead + 1, starts.length - 1);
    while (ends.length < steps) {
      crew.handOut(this.tasksOf(shift, ends.length));
      ends.push(crew.handedOut);
    }
    await crew.reach(ends[done]);
  }

  /** What a step is made of, as `step` does it. */
  private tasksOf(shift: Shift, step: number): Task[] {
    const { engine, compiled } = this;
    const { data, starts, stage, standardizer, counts } = shift;
    const { varying, inputShape } = compiled.network;
    const [start, count] = [starts[step], starts[step + 1] - starts[step]];
    const common = {
      step: engine.step + step - shift.done,
      progress: shift.progress(step),
      rate: engine.fixedRate,
    };
    const tasks: Task[] = [];
    if ('samples' in counts) counts.samples = count;
    for (const part of compiled.stages[stage].step) {
      if (typeof part !== 'string') {
        counts[part.raise] = Math.min(counts[part.raise] + 1, compiled.counts[part.raise].capacity);
        continue;
      }
      const rows = compiled.phases[part].reads.length === 0 ? Math.min(count, engine.batch) : count;
      for (let row = 0; row < rows; row += engine.batch) {
        const [first, batch] = [start + row, Math.min(engine.batch, rows - row)];
        const steps = varying ? (data.samples.steps?.(data.rows[first]) ?? inputShape[0]) : null;
        const now = { ...counts, batch, ...(steps !== null && { steps }) };
        tasks.push({
          job: { ...common, phase: part, counts: now },
          fill: (name, bytes) => {
            const { element, elements } = compiled.ports[name];
            const ports = { [name]: elementsAt(element, bytes, 0, elements) };
            fill(
              { ports, batch: engine.batch, sampleSize: engine.sampleSize, quantizer: engine.quantizer },
              standardizer,
              data,
              first,
              batch,
              name,
            );
          },
        });
      }
    }
    return tasks;
  }

  private async settle(isKept: boolean): Promise<void> {
    const [crew, shift] = [this.#crew, this.#shift];
    if (crew === null || shift === null) return;
    const { data, starts, stage, ends } = shift;
    try {
      while (isKept && shift.done < ends.length) {
        const { done } = shift;
        await crew.reach(ends[done]);
        this.step(data, starts[done], starts[done + 1] - starts[done], stage, shift.progress(done));
        shift.done += 1;
        this.epochs = shift.epochs;
      }
    } finally {
      await crew.drop();
      if (isKept) await crew.end(this.engine);
      this.#shift = null;
    }
  }
}

/** While steps are shared out the lead's part of a phase runs in place of the whole one. */
const beginning = ({ module, phases }: CompiledLearner, lead: () => Lead | null): EngineOptions => ({
  begin: async (memory) => {
    const all = await instantiate(module, memory);
    return mapped(phases, (_, phase) => {
      const [whole, part] = [all[phase], all[leadPhase(phase)]];
      if (part === undefined) return whole;
      return () => (lead()?.isShared ? lead()?.runPart(part) : whole());
    });
  },
});
