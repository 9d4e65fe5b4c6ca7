// The memory of a network and a rule: planned without running anything, then touched by really learning, a batch or a
// data set; of a data set it tells how well, as memory counts only where the rule learns.

import {
  createLearner,
  DivergenceError,
  formatBytes,
  type Learner,
  type LearnerOptions,
  type MemoryReport,
  type NetworkSpec,
} from '../src/index.ts';
import { commonestShare } from '../src/data/index.ts';
import { elementsOf } from '../runtime/program/layout.ts';
import { sampleShape } from '../src/layers/network.ts';
import { learnsBeside } from '../src/tasks/host/classification.ts';
import { updatesOf } from '../src/compile/summary.ts';
import { streamKey, uniformFromWord, wordReader } from '../runtime/simd/parts/philox.ts';
import type { Task } from './choose-data.ts';
import { percent, table, thousands } from './table.ts';
import { train } from './training.ts';

/** Bytes throughout. */
export interface MemoryRow extends MemoryReport {
  readonly optimizer: string;
  /** Rows of a step, and of these in memory at a time. */
  readonly batch: number;
  readonly microBatch: number;
  /** Options of the rule that set it apart from another row of it, as `--set` takes them. */
  readonly set?: readonly string[];
  /** Planned bytes over parameter bytes. */
  readonly parameterMultiple: number;
}

/** What the rule reached on a data set with the memory of the row. */
export interface LearnedRow extends MemoryRow {
  readonly accuracy: number;
  /** Beside the control; null where that is not among the rows. */
  readonly learns: boolean | null;
}

/**
 * Plans, prepares, learns one batch of random samples in every stage of the training, judges and predicts them, and
 * looks what was touched.
 */
export async function measureMemory(options: LearnerOptions): Promise<MemoryRow> {
  const learner = await createLearner(options);
  const { stages, batchSize } = learner.compiled;
  const samples = randomSamples(options.network, batchSize);
  const labels = Int32Array.from({ length: batchSize }, (_, row) => row % learner.classNames.length);
  await learner.fit(samples, labels, { epochs: stages.length });
  learner.evaluate(samples, labels);
  learner.predict(samples);
  return memoryRow(learner);
}

/** Learns a data set with each rule, and judges all beside the control. A rule that diverges is judged as it stands. */
export async function measureLearning(
  learners: readonly LearnerOptions[],
  task: Task,
  options: { readonly epochs: number; readonly signal?: AbortSignal },
): Promise<LearnedRow[]> {
  const rows: (MemoryRow & Pick<LearnedRow, 'accuracy'>)[] = [];
  for (const learnerOptions of learners) {
    if (options.signal?.aborted) break;
    const learner = await createLearner({ ...learnerOptions, classes: task.train.classNames });
    await train(learner, task, { ...options, title: `${learnerOptions.rule.name}  `, lines: false }).catch((error) => {
      if (!(error instanceof DivergenceError)) throw error;
    });
    const { accuracy } = learner.evaluate(task.held.inputs, task.held.labels);
    rows.push({ ...memoryRow(learner), accuracy });
  }
  const control = rows.find(({ rule }) => rule === 'backprop');
  const commonest = commonestShare(task.held);
  return rows.map((row) => ({
    ...row,
    learns: control === undefined ? null : learnsBeside(row.accuracy, control.accuracy, commonest),
  }));
}

function randomSamples(network: NetworkSpec, count: number): Float32Array {
  const next = wordReader(1, streamKey('memory/samples'), 0);
  return Float32Array.from({ length: count * elementsOf(sampleShape(network)) }, () => uniformFromWord(next()));
}

export function memoryRow(learner: Pick<Learner, 'compiled' | 'memory'>): MemoryRow {
  const report = learner.memory();
  const { rule, batchSize: batch, microBatch } = learner.compiled;
  const optimizer = updatesOf(rule);
  return { ...report, optimizer, batch, microBatch, parameterMultiple: report.plannedBytes / report.parameterBytes };
}

/** Bytes of the whole plan, beside what bounds them. */
export const memoryTable = (rows: readonly (MemoryRow | LearnedRow)[]): string =>
  table(
    [
      'rule',
      'planned B',
      'touched',
      'at least',
      'params',
      'transients',
      'at least',
      'pages',
      ...(rows.some((row) => 'accuracy' in row) ? ['accuracy'] : []),
    ],
    rows.map((row) => [
      describeRow(row),
      thousands(row.plannedBytes),
      touched(row),
      formatBytes(row.lowerBoundBytes),
      `${row.parameterMultiple.toFixed(3)} x`,
      formatBytes(row.transientBytes),
      formatBytes(row.transientLowerBoundBytes),
      String(row.pages),
      ...('accuracy' in row ? [describeAccuracy(row)] : []),
    ]),
  );

/** `backprop checkpoint=true, sgd, micro-batch 1` */
const describeRow = ({ rule, set = [], optimizer, batch, microBatch }: MemoryRow): string =>
  [[rule, ...set].join(' '), optimizer, ...(microBatch < batch ? [`micro-batch ${microBatch}`] : [])].join(', ');

const describeAccuracy = ({ accuracy, learns }: LearnedRow): string =>
  learns === false ? `does not learn here (${percent(accuracy)})` : percent(accuracy);

/** Touched bytes, beside the planned ones. */
export function touched({ usedBytes, plannedBytes, strayBytes }: MemoryRow): string {
  if (strayBytes > 0) return `${thousands(usedBytes)} and ${thousands(strayBytes)} outside`;
  return usedBytes === plannedBytes ? '= planned' : thousands(usedBytes);
}

const roles = [
  'parameter',
  'state',
  'gradient',
  'activation',
  'scratch',
  'input',
  'label',
  'constant',
  'data',
] as const;

/** What the bytes are for at the fullest moment. */
export function roleTable(rows: readonly MemoryRow[]): string {
  const present = roles.filter((role) => rows.some(({ byRole }) => byRole[role] !== undefined));
  return table(
    ['rule', ...present, 'code'],
    rows.map((row) => [
      describeRow(row),
      ...present.map((role) => formatBytes(row.byRole[role] ?? 0)),
      formatBytes(row.moduleBytes),
    ]),
  );
}
