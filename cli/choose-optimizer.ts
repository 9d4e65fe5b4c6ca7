// The optimiser that --optimizer, --lr, --momentum and --schedule ask for.

import { adam, adamw, type Optimizer, sgd, signSgd } from '../src/index.ts';
import type { Schedule } from '../src/optimizers/optimizer.ts';
import { type Values, UsageError } from './command.ts';
import { readChoice, readNumber } from './read-value.ts';

export const optimizerOptions = {
  optimizer: { type: 'string', value: '<name>', about: 'sgd, momentum, nesterov, adam, adamw or sign' },
  lr: { type: 'string', value: '<n>', about: 'learning rate; default: of the rule, or of --optimizer' },
  momentum: { type: 'string', value: '<n>', about: 'of sgd, momentum and nesterov' },
  schedule: { type: 'string', value: '<name>', about: 'constant or linear: down to zero at the end' },
} as const;

export type OptimizerValues = Values<typeof optimizerOptions>;

interface Wish {
  readonly schedule?: Schedule;
  readonly momentum?: number;
}

/** By the names that checkpoints and summaries use. */
const optimizers = {
  sgd,
  momentum: (rate, { schedule, momentum = 0.9 }) => sgd(rate, { schedule, momentum }),
  nesterov: (rate, { schedule, momentum = 0.9 }) => sgd(rate, { schedule, momentum, nesterov: true }),
  adam,
  adamw,
  sign: signSgd,
} as const satisfies Record<string, (rate: number | undefined, wish: Wish) => Optimizer>;

const names = Object.keys(optimizers) as (keyof typeof optimizers)[];
const withMomentum: readonly string[] = ['sgd', 'momentum', 'nesterov'];

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
  const schedule = readChoice('schedule', values.schedule, ['constant', 'linear']);
  const own = values.optimizer === undefined ? usual : undefined;
  if (own !== undefined && momentum === undefined) {
    const hyper = { ...own.hyper, learningRate: rate ?? own.hyper.learningRate };
    return { ...own, hyper, schedule: schedule ?? own.schedule };
  }
  const name = readChoice('optimizer', values.optimizer ?? usual.update.name, names);
  if (momentum !== undefined && !withMomentum.includes(name)) {
    throw new UsageError(`--momentum is of ${withMomentum.join(', ')}, but the optimizer is '${name}'`);
  }
  return optimizers[name](rate ?? own?.hyper.learningRate, { schedule: schedule ?? own?.schedule, momentum });
}
