// Reward: for each sample it is known what was done, and what that was worth; what anything else would have been worth
// is not. The outputs are what to expect of each action, so who acts takes the largest or tries another, and tells
// what came of it.
//
//   L = 1/2 (q_a - r)^2   for the action a that was taken;   -dL/dq_a = r - q_a, the reward beyond what was expected
//
// Sources: Langford, Zhang: The epoch-greedy algorithm for multi-armed bandits with side information. NIPS, 2007. What
// `evaluate` tells is what the answers are worth if the actions were drawn at random: Li, Chu, Langford, Wang: Unbiased
// offline evaluation of contextual-bandit-based news article recommendation algorithms. WSDM, 2011.

import { constant } from '../../runtime/program/dim.ts';
import { ConfigurationError } from '../errors.ts';
import type { Loss } from '../losses/loss.ts';
import { expectIs, integer } from '../options.ts';
import { rewardHost, UNTAKEN, type RewardEvaluation } from './host/reward.ts';
import { expectNames } from './parts/names.ts';
import { judgedBy } from './parts/outcome.ts';
import { expectOutputs, valuesPort } from './parts/values.ts';
import type { Task } from './task.ts';

/** Of rows that know the reward of one action, and have `UNTAKEN` for the others. */
const ofTaken: Loss = {
  name: 'squaredError',
  takesLogits: false,
  answer: (p, output, answer) => p.write(answer, output),
  score(p, { output, target: { rows }, answer }) {
    p.write(answer, output);
    const error = rows.greater(UNTAKEN).where(answer.minus(rows), 0);
    return { losses: p.rowSum('losses', error.map('square').times(0.5)), delta: error };
  },
};

/** `actions`: how many there are to choose from, or their names. */
export function reward(actions: number | readonly string[]): Task<RewardEvaluation> {
  const isCount = typeof actions === 'number';
  if (isCount) expectIs('the number of actions', actions, integer(1));
  else expectNames('action', actions);
  const [names, capacity] = isCount ? [[], actions] : [[...actions], actions.length];
  return {
    kind: 'reward',
    loss: ofTaken,
    host: rewardHost,
    describe(declared) {
      expectOutputs('the rewards of the actions', capacity, declared);
      return { names, named: !isCount, capacity, count: null };
    },
    record(p, placing) {
      const target = valuesPort(p, placing);
      const outputs = constant(capacity);
      const refuse = (what: string): never => {
        throw new ConfigurationError(`the rule learns by ${what}, but the task is reward`);
      };
      return {
        kind: 'reward',
        outputs,
        get index(): never {
          return refuse('the class of each sample');
        },
        encode: () => target.greater(UNTAKEN).where(target, 0),
        project: () => refuse('the target of each output'),
        ...judgedBy(p, { loss: ofTaken, outputs, index: null, encode: () => target, placing }),
      };
    },
  };
}
