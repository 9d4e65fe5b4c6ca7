// A learner below its public API: a network and a rule as a program over a memory that the test sees.

import { randomWord, streamKey, uniformFromWord } from '../../runtime/simd/parts/philox.ts';
import { contents } from '../../runtime/program/interpret.ts';
import { usesOf, type Call } from '../../runtime/program/op.ts';
import { byteLength } from '../../runtime/program/buffer.ts';
import { recordLearner, type LearnerOptions, type NetworkSpec } from '../../src/index.ts';
import type { Recorded } from '../../src/compile/compile.ts';
import { compile, interpretSame, type Run } from '../program/run.ts';

export type Form = 'reference' | 'none' | 'simd128';

export interface Batch {
  readonly input: Float32Array;
  readonly label: Int32Array;
}

export interface HostOptions {
  /** What every byte of the memory is at first. */
  readonly fill?: number;
  readonly share?: boolean;
}

export interface Host extends Run, Recorded {
  readonly bytes: Uint8Array;
  /** Sets the counts, fills the ports, runs every training phase in turn; gives the loss. */
  train(batch: Batch, classes: number): number;
  /** The network's outputs before the loss, [batch, classes]. */
  logits(batch: Batch, classes: number): Float32Array;
}

/** The learner in memory, its weights drawn with seed 1. */
export function host(options: LearnerOptions, form: Form, { fill = 0, share = true }: HostOptions = {}): Host {
  const recorded = recordLearner(options, { share });
  const { program, plan, stages } = recorded;
  const run = form === 'reference' ? interpretSame(program, plan) : compile(program, form, plan);
  const bytes = new Uint8Array(run.memory).fill(fill);
  for (const buffer of program.buffers) {
    if (buffer.role !== 'state') continue;
    const values = contents(plan, run.memory, buffer, byteLength(buffer) / 4).fill(0);
    if (buffer.initial !== null) values.set(buffer.initial);
  }
  let steps = 0;
  const count = ({ label }: Batch, classes: number): void => {
    run.write('count/batch', [label.length]);
    run.write('count/classes', [classes]);
  };
  run.write('seed', [1]);
  run.call('prepare');
  return {
    ...recorded,
    ...run,
    bytes,
    train(batch, classes) {
      let loss = Number.NaN;
      count(batch, classes);
      for (const { phase, scores } of stages) {
        run.write('input', batch.input);
        run.write('label', batch.label);
        run.call(phase);
        run.write('step', [++steps]);
        if (scores) [loss] = run.read(`${phase}/loss`);
      }
      return loss;
    },
    logits(batch, classes) {
      count(batch, classes);
      run.write('input', batch.input);
      run.call('predict');
      const calls = program.phases.get('predict') ?? [];
      const last = usesOf(calls[calls.length - 1] as Call).find(({ reads }) => reads)!;
      return run.read(last.buffer.name);
    },
  };
}

/** A reproducible batch for a network: inputs uniform in [-1, 1), labels below `classes`. */
export function batchOf({ inputShape }: NetworkSpec, samples: number, step: number, classes: number): Batch {
  const size = samples * inputShape.reduce((total, axis) => total * axis, 1);
  const draw = (stream: string, index: number): number =>
    uniformFromWord(randomWord(1, streamKey(stream), step, index));
  return {
    input: Float32Array.from({ length: size }, (_, index) => 2 * draw('input', index) - 1),
    label: Int32Array.from({ length: samples }, (_, index) => Math.floor(draw('label', index) * classes)),
  };
}
