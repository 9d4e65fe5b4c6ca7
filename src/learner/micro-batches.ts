// A phase of a step over all of its rows: micro-batch by micro-batch, as many rows at a time as the ports hold.

import type { Engine } from './engine.ts';
import { runOn } from './ports.ts';
import type { Batch, StepResult } from './trainable.ts';

/** Runs the phase; once, where it reads nothing of the batch. Gives the mean loss and the hits of all rows. */
export function runInParts(engine: Engine, batch: Batch, phase: string): Pick<StepResult, 'loss' | 'correct'> {
  const { microBatch, phases } = engine.compiled;
  const { length } = batch.rows;
  const rows = phases[phase].reads.length === 0 ? Math.min(length, microBatch) : length;
  let [loss, correct] = [0, 0];
  for (let first = 0; first < rows; first += microBatch) {
    const count = Math.min(microBatch, rows - first);
    runOn(engine, batch, phase, first, count);
    loss += engine.lossOf(phase) * (count / rows);
    correct += hits(engine, batch, phase, first, count);
  }
  return { loss, correct };
}

/** How many of `count` samples of the batch from `first` on a phase has answered rightly. */
function hits(engine: Engine, { labels, rows }: Batch, phase: string, first: number, count: number): number {
  let correct = 0;
  for (let row = 0; row < count; row++) if (engine.best(row, phase) === labels[rows[first + row]]) correct++;
  return correct;
}
