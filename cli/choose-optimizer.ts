// The optimiser that --optimizer, --lr, --momentum and --schedule ask for.

import type { Optimizer } from '../src/index.ts';
import { optimizers } from '../src/optimizers/index.ts';
import { schedules } from '../src/optimizers/schedule.ts';
import { UsageError, type Values } from './command.ts';
import { readChoice, readNumber } from './read-value.ts';

const names = Object.keys(optimizers) as (keyof typeof optimizers)[];
const scheduleNames = Object.keys(schedules) as (keyof typeof schedules)[];
/** Those that a momentum makes a difference to. */
const withMomentum: readonly (typeof names)[number][] = ['momentum', 'nesterov', 'sgd'];

export const optimizerOptions = {
  optimizer: { type: 'string', value: '<name>', about: names.join(', ') },
  lr: { type: 'string', value: '<n>', about: 'learning rate; default: of the rule, or of --optimizer' },
  momentum: { type: 'string', value: '<n>', about: `of ${withMomentum.join(', ')}` },
  'clip-norm': { type: 'string', value: '<n>', about: 'scales a gradient that is longer to this' },
  schedule: { type: 'string', value: '<name>', about: `of the rate: ${scheduleNames.join(', ')}` },
} as const;

export type OptimizerValues = Values<typeof optimizerOptions>;

/** Whether any of the options is given. */
export const asksOptimizer = (values: OptimizerValues): boolean =>
  (Object.keys(optimizerOptions) as (keyof OptimizerValues)[]).some((name) => values[name] !== undefined);

/**
 * @param usual the rule's own, of which everything stays that is not asked for
 * @throws UsageError for values that are none.
 */
export function chooseOptimizer(values: OptimizerValues, usual: Optimizer): Optimizer {
  const rate = readNumber('lr', values.lr);
  const momentum = readNumber('momentum', values.momentum, 1);
  const clipNorm = readNumber('clip-norm', values['clip-norm']);
  const schedule = readChoice('schedule', values.schedule, scheduleNames);
  const own = values.optimizer === undefined ? usual : undefined;
  if (own !== undefined && momentum === undefined) {
    const hyper = { ...own.hyper, learningRate: rate ?? own.hyper.learningRate };
    return {
      ...own,
      hyper,
      schedule: schedule === undefined ? own.schedule : schedules[schedule](),
      clipNorm: clipNorm ?? own.clipNorm,
    };
  }
  const name = readChoice('optimizer', values.optimizer ?? usual.update.name, names);
  if (momentum !== undefined && !withMomentum.includes(name)) {
    throw new UsageError(`--momentum is of ${withMomentum.join(', ')}, but the optimizer is '${name}'`);
  }
  const options = {
    schedule: schedule === undefined ? own?.schedule : schedules[schedule](),
    clipNorm: clipNorm ?? own?.clipNorm ?? undefined,
    ...(momentum === undefined ? {} : { momentum }),
  };
  return optimizers[name](rate ?? own?.hyper.learningRate, options);
}
