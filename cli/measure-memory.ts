// The memory of a network and a rule: planned without running anything, then touched by really learning a batch.

import {
  createLearner,
  formatBytes,
  type Learner,
  type LearnerOptions,
  type MemoryReport,
  type NetworkSpec,
} from '../src/index.ts';
import { elementsOf } from '../src/layers/layer.ts';
import { sampleShape } from '../src/layers/network.ts';
import { updatesOf } from '../src/learner/summary.ts';
import { streamKey, uniformFromWord, wordReader } from '../runtime/simd/parts/philox.ts';
import { table, thousands } from './table.ts';

/** Bytes throughout. */
export interface MemoryRow extends Omit<MemoryReport, 'buffers' | 'timeline'> {
  readonly optimizer: string;
  /** Planned bytes over parameter bytes. */
  readonly parameterMultiple: number;
}

/**
 * Plans, prepares, learns one batch of random samples in every stage of the training, predicts them, and looks what was
 * touched.
 */
export async function measureMemory(options: LearnerOptions): Promise<MemoryRow> {
  const learner = await createLearner(options);
  const { stages, batchSize } = learner.compiled;
  const samples = randomSamples(options.network, batchSize);
  const labels = Int32Array.from({ length: batchSize }, (_, row) => row % learner.classNames.length);
  await learner.fit(samples, labels, { epochs: stages.length });
  learner.predict(samples);
  return memoryRow(learner);
}

function randomSamples(network: NetworkSpec, count: number): Float32Array {
  const next = wordReader(1, streamKey('memory/samples'), 0);
  return Float32Array.from({ length: count * elementsOf(sampleShape(network)) }, () => uniformFromWord(next()));
}

export function memoryRow(learner: Learner): MemoryRow {
  const { buffers: _buffers, timeline: _timeline, ...report } = learner.memory();
  const optimizer = updatesOf(learner.compiled.rule);
  return { ...report, optimizer, parameterMultiple: report.plannedBytes / report.parameterBytes };
}

/** Bytes of the whole plan, beside what bounds them. */
export const memoryTable = (rows: readonly MemoryRow[]): string =>
  table(
    ['rule', 'planned B', 'touched', 'at least', 'params', 'transients', 'at least', 'pages'],
    rows.map((row) => [
      `${row.rule}, ${row.optimizer}`,
      thousands(row.plannedBytes),
      touched(row),
      formatBytes(row.lowerBoundBytes),
      `${row.parameterMultiple.toFixed(3)} x`,
      formatBytes(row.transientBytes),
      formatBytes(row.transientLowerBoundBytes),
      String(row.pages),
    ]),
  );

/** Touched bytes, beside the planned ones. */
export function touched({ usedBytes, plannedBytes, strayBytes }: MemoryRow): string {
  if (strayBytes > 0) return `${thousands(usedBytes)} and ${thousands(strayBytes)} outside`;
  return usedBytes === plannedBytes ? '= planned' : thousands(usedBytes);
}

const roles = ['parameter', 'state', 'activation', 'scratch', 'input', 'label', 'constant', 'data'] as const;

/** What the bytes are for at the fullest moment. */
export function roleTable(rows: readonly MemoryRow[]): string {
  const present = roles.filter((role) => rows.some(({ byRole }) => byRole[role] !== undefined));
  return table(
    ['rule', ...present, 'code'],
    rows.map(({ rule, byRole, moduleBytes }) => [
      rule,
      ...present.map((role) => formatBytes(byRole[role] ?? 0)),
      formatBytes(moduleBytes),
    ]),
  );
}
