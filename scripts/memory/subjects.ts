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
  /** Every rule tries all, judged by a third of what it would learn from, whole people where they are known. */
  readonly rates: readonly number[];
}

const sgd = { optimizer: 'sgd', schedule: 'linear' };
const rates = [0.01, 0.05, 0.2];
/** What two rules want of hidden layers that the others have as relu. */
const own = { drtp: { activation: 'tanh' }, forwardForward: { set: 'goodness=mean' } };

export const subjects: readonly Subject[] = [
  {
    name: 'perceptron',
    network: '784-256-10',
    data: { data: 'mnist', limit: 5000, epochs: 5 },
    options: { ...sgd, activation: 'relu' },
    own,
    rates,
  },
  {
    name: 'six convolutions',
    network: '28x28x1-c16k3same-p2-c16k3same-c16k3same-p2-c16k3same-c16k3same-c16k3same-10',
    data: { data: 'mnist', limit: 2000, epochs: 3 },
    options: { ...sgd, activation: 'relu' },
    own,
    rates,
  },
  {
    name: 'recurrent',
    network: '49x10-r64-mean-10',
    data: { data: 'fsdd', epochs: 15 },
    options: { optimizer: 'adam', schedule: 'linear' },
    rates: [0.003, 0.01],
  },
  {
    name: 'spiking',
    network: '784-t10-rate-200-lif-10',
    data: { data: 'mnist', limit: 5000, epochs: 2 },
    options: sgd,
    rates,
  },
];
