// What is learned, by --task, with the loss that --loss asks for.

import {
  classification,
  type Judgement,
  type Loss,
  multiLabel,
  reconstruction,
  regression,
  type Task,
} from '../src/index.ts';
import { numberedTargets } from '../src/data/index.ts';
import { losses } from '../src/losses/index.ts';
import type { Values } from './command.ts';
import { readChoice } from './read-value.ts';

interface TaskOptions {
  readonly loss?: Loss;
  /** Of classes. */
  readonly capacity?: number;
}

/** Names of classes or outputs, or how many there are. */
type Outputs = readonly string[] | number;

/** Of which a set holds the targets; a reward is of what was done, and comes after it. */
export type TaskName = Exclude<Task['kind'], 'reward'>;

const tasks = {
  classification: (outputs: Outputs, options: TaskOptions) =>
    classification({ ...(typeof outputs === 'number' ? {} : { names: outputs }), ...options }),
  regression: (outputs: Outputs, { loss }: TaskOptions) => regression(outputs, { loss }),
  multiLabel: (outputs: Outputs, { loss }: TaskOptions) =>
    multiLabel(typeof outputs === 'number' ? numberedTargets(outputs) : outputs, { loss }),
  reconstruction: (_outputs: Outputs, { loss }: TaskOptions) => reconstruction({ loss }),
} as const satisfies Record<TaskName, (outputs: Outputs, options: TaskOptions) => Task<Judgement>>;

const kinds = Object.keys(tasks) as TaskName[];
const lossNames = Object.keys(losses) as (keyof typeof losses)[];

export const taskOptions = {
  task: { type: 'string', value: '<name>', about: `what is learned: ${kinds.join(', ')}; default classification` },
  loss: { type: 'string', value: '<name>', about: `of the output: ${lossNames.join(', ')}; default: of the task` },
} as const;

type TaskValues = Values<typeof taskOptions>;

/** @throws UsageError for a task there is not. */
export const chooseKind = ({ task = 'classification' }: TaskValues): TaskName => readChoice('task', task, kinds);

/** @throws UsageError for a task or a loss there is not. */
export function chooseTask(values: TaskValues, outputs: Outputs, capacity?: number): Task<Judgement> {
  const loss = readChoice('loss', values.loss, lossNames);
  return tasks[chooseKind(values)](outputs, { capacity, ...(loss && { loss: losses[loss]() }) });
}

/** The numbers of what `evaluate` gives, by name; without the count. */
export const figuresOf = ({ count: _, ...told }: Judgement): Record<string, number> =>
  Object.fromEntries(Object.entries(told).filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
