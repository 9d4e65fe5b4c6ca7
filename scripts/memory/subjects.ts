// The networks of scripts/memory.ts, what each learns, and how.

import type { Told } from '../../bench/shared/ask-onward.ts';
import type { RuleName } from '../../src/forward-only/index.ts';

export interface Subject {
  readonly name: string;
  /** In the command line's word. */
  readonly network: string;
  readonly data: Told;
  readonly options: Told;
  /** Of single rules, in place of the others' or beside them. */
  readonly own?: Readonly<Partial<Record<RuleName, Told>>>;
  /**
   * Rates of optimisers. Every rule tries all, judged by a third of what it would learn from, whole people where they
   * are known.
   */
  readonly optimizers: Readonly<Record<string, readonly number[]>>;
}

/** These keep nothing of a weight, so that plans compare. */
const optimizers = { sgd: [0.01, 0.05, 0.2], sign: [0.001, 0.003, 0.01] };
/** What two rules want of hidden layers that the others have as relu. */
const own = { drtp: { activation: 'tanh' }, forwardForward: { set: 'goodness=mean' } };

export const subjects: readonly Subject[] = [
  {
    name: 'perceptron',
    network: '784-256-10',
    data: { data: 'mnist', limit: 5000, epochs: 5 },
    options: { schedule: 'linear', activation: 'relu' },
    own,
    optimizers,
  },
  {
    name: 'six convolutions',
    network: '28x28x1-c16k3same-p2-c16k3same-c16k3same-p2-c16k3same-c16k3same-c16k3same-10',
    data: { data: 'mnist', limit: 2000, epochs: 3 },
    options: { schedule: 'linear', activation: 'relu' },
    own,
    optimizers,
  },
  {
    name: 'recurrent',
    network: '49x10-r64-mean-10',
    data: { data: 'fsdd', epochs: 15 },
    options: { schedule: 'linear' },
    optimizers: { adam: [0.003, 0.01] },
  },
  {
    name: 'spiking',
    network: '784-t10-rate-200-lif-10',
    data: { data: 'mnist', limit: 5000, epochs: 2 },
    options: { schedule: 'linear' },
    optimizers,
  },
];
