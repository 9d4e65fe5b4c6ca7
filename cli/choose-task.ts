// What is learned, with the loss that --loss asks for.

import { classification, type Evaluation, type Task } from '../src/index.ts';
import { losses } from '../src/losses/index.ts';
import type { Values } from './command.ts';
import { readChoice } from './read-value.ts';

const lossNames = Object.keys(losses) as (keyof typeof losses)[];

export const taskOptions = {
  loss: { type: 'string', value: '<name>', about: `of the output: ${lossNames.join(', ')}; default crossEntropy` },
} as const;

/** @throws UsageError for a loss there is not. */
export function chooseTask(values: Values<typeof taskOptions>, names?: readonly string[]): Task<Evaluation> {
  const loss = readChoice('loss', values.loss, lossNames);
  return classification({ names, ...(loss && { loss: losses[loss]() }) });
}
