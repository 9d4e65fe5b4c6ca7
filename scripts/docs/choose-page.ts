// docs/choose.md, from the runs of `onward compare` that bench/compared keeps, and from plans.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { comparisons, keptFile, type Comparison } from '../../bench/compared/comparisons.ts';
import { markdownRow } from '../../bench/shared/markdown.ts';
import { deviationOf, meanAndSpread, meanOf } from '../../bench/shared/spread.ts';
import { chooseNetwork } from '../../cli/choose-network.ts';
import { thousands } from '../../cli/table.ts';
import { readTrials, type Trial } from '../../cli/trials.ts';
import { learnsInTime } from '../../src/forward-only/learns-in-time.ts';
import { RuleError } from '../../src/index.ts';
import { learnsBeside } from '../../src/tasks/host/classification.ts';
import { root } from '../../tools/bundle.ts';
import { plannedBytes } from './planned-bytes.ts';

export const CHOOSE_PAGE = join(root, 'docs/choose.md');
/** What a rule may cost, in points: hundredths of the accuracy, or of R². */
const COSTS = [1, 5, 15];
const CONTROL = 'backprop';
const HEADINGS = { accuracy: 'test accuracy, %', r2: '100 R² of the test set' };

interface Row {
  readonly rule: string;
  readonly set: string;
  /** Accuracies, or R², a seed each. */
  readonly scores: readonly number[];
  readonly mean: number;
  readonly seconds: number;
  /**
   * Planned for the batch, and for one sample of it at a time; null where the rule cannot, that is the batch, or what
   * is learned is not the same.
   */
  readonly bytes: number;
  readonly single: number | null;
}

/** The rules on one network, the control first. */
interface Task {
  readonly of: Trial;
  readonly untaught: number;
  readonly rows: readonly Row[];
}

/** The page's text. */
export async function choosePage(): Promise<string> {
  const tasks: Task[] = [];
  for (const comparison of comparisons) {
    const file = keptFile(comparison);
    tasks.push(await readTask(comparison, readTrials(file, readFileSync(file, 'utf8'))));
  }
  return `# Which rule

Written by \`npm run docs\` (\`scripts/docs/choose-page.ts\`) from the runs that \`npx tsx bench/compared/main.ts\` keeps beside
itself; a test compares. On each network every rule had the same trials, of optimiser and rate, judged by a fifth of what is learned from; its best
setting was then tested on the whole test set, once a seed. Little is learned from, as on a device: figures of whole sets are in
[results](results.md). \`onward compare\` makes such a table for your data, with a chart.

One sample at a time (\`microBatch: 1\`) a step learns by the gradient of the whole batch within 1e-4, so its accuracy is that of the row
(\`test/learner/micro-batches.test.ts\`); its bytes are those of its plan. They are told of rules that can, and not where a rule learns at
every time step: one sample at a time it learns once a sequence, which was not measured. Bytes are all that is planned, with
the state of the optimiser that was best: a float for each weight for momentum, two for Adam. A rule that closes less than half of the gap between what is reached without learning (chance, the mean, of a forecast the
last sample again) and the control is marked as one that does not learn there, and is never recommended.

## With the fewest bytes

The choice with the fewest bytes among all that cost so many points against the control, or fewer: of accuracy, or of 100 R² where numbers
are learned. None is made by means that are less certain than that: of which one standard error, over the seeds, is larger.

| data | network | batch | ${COSTS.map((cost) => `at most ${cost}`).join(' | ')} |
|---|---|---|${'---|'.repeat(COSTS.length)}
${tasks.map(choiceRow).join('\n')}

What the control needs at the least, whether any other rule that learns needs less, and what the last layer alone costs:

${tasks.map(lastLayers).join('\n')}

## What was measured

${tasks.map(measured).join('\n\n')}
`;
}

function grouped(trials: readonly Trial[], key: (trial: Trial) => string): Trial[][] {
  const groups = new Map<string, Trial[]>();
  for (const trial of trials) groups.set(key(trial), [...(groups.get(key(trial)) ?? []), trial]);
  return [...groups.values()];
}

async function readTask({ untaught = 0.1 }: Comparison, trials: readonly Trial[]): Promise<Task> {
  const tested = trials.filter(({ judgedBy, score }) => judgedBy === 'test' && score !== null);
  const rows: Row[] = [];
  for (const runs of grouped(tested, ({ rule }) => rule)) {
    const [{ rule, set, bytes }] = runs;
    const scores = runs.map(({ score }) => score!);
    const seconds = meanOf(runs.map((run) => run.seconds));
    rows.push({ rule, set, scores, mean: meanOf(scores), seconds, bytes, single: await planSingle(runs[0]) });
  }
  return { of: tested[0], untaught, rows: rows.sort((a, b) => b.mean - a.mean) };
}

/** The planned bytes of a trial, one sample at a time. */
async function planSingle({ command, batch, rule, network }: Trial): Promise<number | null> {
  if (batch === 1) return null;
  if (learnsInTime(rule.split(' ')[0], await chooseNetwork(network, {}))) return null;
  try {
    return await plannedBytes(command.split(' ').slice(2), { batchSize: batch, microBatch: 1 });
  } catch (error) {
    if (error instanceof RuleError) return null;
    throw error;
  }
}

const controlOf = ({ rows }: Task): Row => rows.find(({ rule }) => rule === CONTROL)!;

const learns = (task: Task, row: Row): boolean => learnsBeside(row.mean, controlOf(task).mean, task.untaught);

const cost = (task: Task, { mean }: Row): number => 100 * (controlOf(task).mean - mean);

interface Choice {
  readonly row: Row;
  readonly bytes: number;
  readonly isSingle: boolean;
}

function choices(task: Task): Choice[] {
  const learning = task.rows.filter((row) => learns(task, row));
  return learning.flatMap((row) => [
    { row, bytes: row.bytes, isSingle: false },
    ...(row.single === null ? [] : [{ row, bytes: row.single, isSingle: true }]),
  ]);
}

const leastOf = ({ bytes, single }: Row): number => Math.min(bytes, single ?? bytes);

/** Of its mean, in points. */
const standardError = ({ scores }: Row): number => (100 * (deviationOf(scores) ?? 0)) / Math.sqrt(scores.length);

/** Null where it is not known what the control reaches. */
function fewest(task: Task, most: number): Choice | null {
  if (standardError(controlOf(task)) > most) return null;
  const within = choices(task).filter(({ row }) => cost(task, row) <= most && standardError(row) <= most);
  return within.reduce((a, b) => (b.bytes < a.bytes ? b : a));
}

function choiceRow(task: Task): string {
  const { data, network, batch } = task.of;
  const unknown = `the control's mean is known within ${standardError(controlOf(task)).toFixed(1)}`;
  const chosen = COSTS.map((most) => {
    const choice = fewest(task, most);
    return choice === null ? unknown : describeChoice(task, choice);
  });
  return markdownRow([data, network, batch, ...chosen]);
}

const describeChoice = (task: Task, { row, bytes, isSingle }: Choice): string =>
  `\`${row.rule}\`${isSingle ? ', one at a time' : ''}: ${thousands(bytes)} B (${signed(-cost(task, row))})`;

/** When the last layers alone, or the control one sample at a time, are the better choice. */
function lastLayers(task: Task): string {
  const control = controlOf(task);
  const local = choices(task).filter(({ row }) => !row.rule.startsWith(CONTROL));
  const least = leastOf(control);
  const below = local.filter(({ bytes }) => bytes < least).sort((a, b) => cost(task, a.row) - cost(task, b.row));
  const saved =
    below.length === 0 ? 'no rule that learns takes fewer' : `fewer takes ${describeChoice(task, below[0])}`;
  const last = task.rows.find(({ rule }) => rule.startsWith(`${CONTROL} last`));
  const alone =
    last === undefined
      ? ''
      : learns(task, last)
        ? `; the last layer alone takes ${thousands(leastOf(last))} B (${signed(-cost(task, last))})`
        : '; the last layer alone does not learn here';
  return `- ${task.of.data}, ${task.of.network}, batch ${task.of.batch}: the control takes ${thousands(least)} B, ${saved}${alone}.`;
}

function measured(task: Task): string {
  const { data, network, batch, epochs, samples, metric } = task.of;
  const control = controlOf(task);
  const rows = task.rows.map((row) => {
    const reached = meanAndSpread(row.scores);
    const cells = [
      `\`${row.rule}\``,
      learns(task, row) ? reached : `does not learn here (${reached})`,
      row === control ? '' : signed(-cost(task, row)),
      thousands(row.bytes),
      row.single === null ? '' : thousands(row.single),
      row.seconds.toFixed(2),
      row.set,
    ];
    return markdownRow(cells);
  });
  const seeds = control.scores.length;
  return `### ${data}, ${network}, batch ${batch}

${thousands(samples)} samples, ${epochs} epochs, ${seeds} seeds. Seconds of the processor, the test included.

| rule | ${HEADINGS[metric as keyof typeof HEADINGS]} | against the control | planned bytes | one at a time | seconds | best of the trials |
|---|---|---|---|---|---|---|
${rows.join('\n')}`;
}

const signed = (points: number): string => `${points >= 0 ? '+' : '−'}${Math.abs(points).toFixed(1)}`;
