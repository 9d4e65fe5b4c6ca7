// The optimiser that --optimizer, --lr, --momentum, --weight-decay and --schedule ask for, and those
// that a rule has beside its first one, which --set asks for by the same names: `--set lastOptimizer.lr=0.01`.

import type { Optimizer } from '../src/index.ts';
import { optimizers } from '../src/optimizers/index.ts';
import { schedules } from '../src/optimizers/schedule.ts';
import { UsageError, type Values } from './command.ts';
import { readChoice, readNumber } from './read-value.ts';
import type { Settings } from './settings.ts';

const names = Object.keys(optimizers) as (keyof typeof optimizers)[];
const scheduleNames = Object.keys(schedules) as (keyof typeof schedules)[];
/** Those that a momentum makes a difference to. */
const withMomentum: readonly (typeof names)[number][] = ['momentum', 'nesterov', 'sgd', 'sgdw'];
const withDecay: readonly (typeof names)[number][] = ['adamw', 'sgdw'];

export const optimizerOptions = {
  optimizer: { type: 'string', value: '<name>', about: names.join(', ') },
  lr: { type: 'string', value: '<n>', about: 'learning rate; default: of the rule, or of --optimizer' },
  momentum: { type: 'string', value: '<n>', about: `of ${withMomentum.join(', ')}` },
  'weight-decay': { type: 'string', value: '<n>', about: `of ${withDecay.join(', ')}` },
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
  const weightDecay = readNumber('weight-decay', values['weight-decay']);
  const clipNorm = readNumber('clip-norm', values['clip-norm']);
  const schedule = readChoice('schedule', values.schedule, scheduleNames);
  const own = values.optimizer === undefined ? usual : undefined;
  if (own !== undefined && momentum === undefined && (weightDecay === undefined || 'weightDecay' in own.hyper)) {
    const { learningRate } = own.hyper;
    return {
      ...own,
      hyper: { ...own.hyper, learningRate: rate ?? learningRate, ...(weightDecay !== undefined && { weightDecay }) },
      schedule: schedule === undefined ? own.schedule : schedules[schedule](),
      clipNorm: clipNorm ?? own.clipNorm,
    };
  }
  const name = readChoice('optimizer', values.optimizer ?? usual.update.name, names);
  for (const [option, given, having] of [
    ['momentum', momentum, withMomentum],
    ['weight-decay', weightDecay, withDecay],
  ] as const) {
    if (given === undefined || having.includes(name)) continue;
    throw new UsageError(`--${option} is of ${having.join(', ')}, but the optimizer is '${name}'`);
  }
  const decay = weightDecay ?? own?.hyper.weightDecay;
  const options = {
    schedule: schedule === undefined ? own?.schedule : schedules[schedule](),
    clipNorm: clipNorm ?? own?.clipNorm ?? undefined,
    ...(momentum !== undefined && { momentum }),
    ...(decay !== undefined && { weightDecay: decay }),
  };
  return optimizers[name](rate ?? own?.hyper.learningRate, options);
}

/** `lastOptimizer.lr=0.01`: an optimiser that a rule has beside its first one, changed by what is told of it. */
export function chooseFurther(name: string, settings: Settings, usual: Optimizer): Optimizer {
  const dashed = (key: string): string => key.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`);
  const values = Object.entries(settings).map(([key, value]) => [dashed(key), `${value}`]);
  const unknown = values.find(([key]) => !(key in optimizerOptions));
  if (unknown === undefined) return chooseOptimizer(Object.fromEntries(values), usual);
  const known = Object.keys(optimizerOptions).join(', ');
  throw new UsageError(`--set has '${name}.${unknown[0]}', wanted of an optimizer ${known}`);
}
