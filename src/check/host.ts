// A learner below its public API: a network and a rule as a program over a memory that a check sees.

import { byteLength } from '../../runtime/program/buffer.ts';
import { capacity } from '../../runtime/program/dim.ts';
import { contents } from '../../runtime/program/interpret.ts';
import { usesIn, usesOf, type Call } from '../../runtime/program/op.ts';
import { compile, interpretSame, type Run } from '../../runtime/program/run.ts';
import { randomWord, streamKey, uniformFromWord } from '../../runtime/simd/parts/philox.ts';
import { elementsOf } from '../../runtime/program/layout.ts';
import { bytesPerElement } from '../../runtime/wasm/pointer.ts';
import { Quantizer } from '../learner/calibration.ts';
import { recordLearner, type Recorded, type RecordOptions } from '../compile/record.ts';
import { phasesOf } from '../forward-only/rule.ts';
import { sampleShape, type NetworkSpec } from '../layers/network.ts';

/** What memory holds at first, where that must not matter: two values that differ in every bit. */
export const FILLS = [0x5a, 0xa5];

export type Form = 'reference' | 'none' | 'simd128';

export interface Batch {
  readonly input: Float32Array;
  readonly label: Int32Array;
  /** Which row of the step the first one is; default 0. */
  readonly first?: number;
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
  /** Asks as `logits` does, and scores the answers. */
  evaluate(batch: Batch, classes: number): void;
}

/** Recorded once for all hosts of the same options. */
const recordings = new WeakMap<RecordOptions, Map<boolean, Recorded>>();

function recordOnce(options: RecordOptions, share: boolean): Recorded {
  const known = recordings.get(options) ?? new Map<boolean, Recorded>();
  recordings.set(options, known);
  const recorded = known.get(share) ?? recordLearner(options, { share });
  known.set(share, recorded);
  return recorded;
}

/** The learner in memory, its weights drawn with seed 1. */
export function host(options: RecordOptions, form: Form, { fill = 0, share = true }: HostOptions = {}): Host {
  const recorded = recordOnce(options, share);
  const { program, plan, course } = recorded;
  const run = form === 'reference' ? interpretSame(program, plan) : compile(program, form, plan);
  const bytes = new Uint8Array(run.memory).fill(fill);
  for (const buffer of program.buffers) {
    if (buffer.role !== 'state' || !plan.addresses.has(buffer) || buffer.life === 'transient') continue;
    const values = contents(plan, run.memory, buffer, byteLength(buffer) / bytesPerElement(buffer.element)).fill(0);
    if (buffer.initial !== null) values.set(buffer.initial);
  }
  let steps = 0;
  const count = ({ label }: Batch, classes: number): void => {
    run.write('count/batch', [label.length]);
    run.write('count/classes', [classes]);
  };
  const portsOf = new Map(
    [...program.phases].map(([phase, ops]) => [
      phase,
      new Set(usesIn(ops).flatMap(({ buffer }) => (buffer.port === 'before' ? [buffer.name] : []))),
    ]),
  );
  /** Those that the host fills before a phase. */
  const ports = (phase: string): ReadonlySet<string> => portsOf.get(phase) ?? new Set();
  const values = ({ input, label, first = 0 }: Batch): Record<string, ArrayLike<number>> => ({
    input,
    target: label,
    rows: label.map((_, row) => first + row),
    weight: label.map(() => 1),
  });
  const quantizer = quantizerOf(recorded, run.memory);
  const fillPorts = (phase: string, batch: Batch): void => {
    const given = { ...values(batch), ...(quantizer && { input: quantizer.quantize(batch) }) };
    for (const [name, filling] of Object.entries(given)) if (ports(phase).has(name)) run.write(name, filling);
  };
  const rows = capacity(program.rows.shape[0]);
  /** As much of a batch at a time as stands in the ports. */
  const microBatches = ({ input, label }: Batch, most = Infinity): Batch[] =>
    Array.from({ length: Math.min(most, Math.ceil(label.length / rows)) }, (_, part) => {
      const [first, end] = [part * rows, Math.min((part + 1) * rows, label.length)];
      const size = input.length / label.length;
      return { input: input.subarray(first * size, end * size), label: label.subarray(first, end), first };
    });
  const pass = (phase: string, batch: Batch, classes: number): void => {
    count(batch, classes);
    fillPorts(phase, batch);
    run.call(phase);
  };
  const calibrated = (batch: Batch, classes: number): void => {
    if (quantizer === null || quantizer.isCalibrated) return;
    quantizer.calibrate(batch);
    run.call('calibrate/begin');
    for (const part of microBatches(batch)) pass('calibrate', part, classes);
  };
  run.write('seed', [1]);
  run.call('prepare');
  return {
    ...recorded,
    ...run,
    bytes,
    train(batch, classes) {
      calibrated(batch, classes);
      let loss = Number.NaN;
      const samples = batch.label.length;
      if (program.counts.has('samples')) run.write('count/samples', [samples]);
      for (const phase of course.stages.flatMap(({ step }) => phasesOf(step))) {
        const once = ports(phase).size === 0;
        const losses = microBatches(batch, once ? 1 : Infinity).map((part) => {
          pass(phase, part, classes);
          const isTold = program.buffers.some(({ name }) => name === `${phase}/loss`);
          return isTold ? run.read(`${phase}/loss`)[0] * (part.label.length / samples) : Number.NaN;
        });
        const mean = losses.reduce((sum, one) => sum + one, 0);
        if (!Number.isNaN(mean)) loss = mean;
      }
      run.write('step', [++steps]);
      return loss;
    },
    logits(batch, classes) {
      const calls = program.phases.get('predict') ?? [];
      const last = usesOf(calls[calls.length - 1] as Call).find(({ reads }) => reads)!;
      return Float32Array.from(
        microBatches(batch).flatMap((part) => {
          pass('predict', part, classes);
          return [...run.read(last.buffer.name)];
        }),
      );
    },
    evaluate(batch, classes) {
      for (const part of microBatches(batch)) pass('evaluate', part, classes);
    },
  };
}

/** Batches as int8, where inputs are kept so. */
function quantizerOf({ activations, plan, network: { spec } }: Recorded, memory: ArrayBufferLike) {
  if (activations === null) return null;
  const [scale, zero] = [activations.input.scale, activations.input.zero].map((buffer) =>
    contents(plan, memory, buffer, 1),
  );
  const size = elementsOf(sampleShape(spec));
  const quantizer = new Quantizer({ scale: scale as Float32Array, zero: zero as Int32Array }, size);
  const asTheyAre: Parameters<Quantizer['copy']>[0] = {
    copy: (_, rows, index, out, offset) => rows.copy(index, out, offset),
  };
  const rowsOf = ({ input }: Batch): Parameters<Quantizer['copy']>[1] => ({
    copy(index, out, offset) {
      for (let i = 0; i < size; i++) out[offset + i] = input[index * size + i];
    },
  });
  return {
    get isCalibrated() {
      return quantizer.isCalibrated;
    },
    quantize(batch: Batch): Int8Array {
      const out = new Int8Array(batch.input.length);
      const rows = rowsOf(batch);
      for (let row = 0; row * size < out.length; row++) quantizer.copy(asTheyAre, rows, row, out, row * size);
      return out;
    },
    calibrate: (batch: Batch) => quantizer.calibrate(asTheyAre, rowsOf(batch), Uint32Array.from(batch.label.keys())),
  };
}

/** A reproducible batch for a network: inputs uniform in [-1, 1), labels below `classes`. */
export function batchOf(network: NetworkSpec, samples: number, step: number, classes: number): Batch {
  const size = samples * sampleShape(network).reduce((total, axis) => total * axis, 1);
  const draw = (stream: string, index: number): number =>
    uniformFromWord(randomWord(1, streamKey(stream), step, index));
  return {
    input: Float32Array.from({ length: size }, (_, index) => 2 * draw('input', index) - 1),
    label: Int32Array.from({ length: samples }, (_, index) => Math.floor(draw('label', index) * classes)),
  };
}
