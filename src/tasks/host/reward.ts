// Rewards on the host: what was done about each sample, and what that was worth.

import { InputError } from '../../errors.ts';
import { described } from '../../options.ts';
import { argmax, share, type Judgement, type Outputs, type TaskHost } from './host.ts';

/** What followed an action. */
export interface Reward {
  /** What was done: the name of an action, or its index. */
  readonly action: string | number;
  readonly reward: number;
}

/** One for each sample. */
export type RewardInput = Reward | readonly Reward[];

export interface RewardEvaluation extends Judgement {
  /** The mean reward of the samples whose action is the answer: the one with the largest output; 0 where none is. */
  readonly reward: number;
}

/** In place of the reward of an action that was not taken. */
export const UNTAKEN = -Infinity;

export const rewardHost: TaskHost<Omit<RewardEvaluation, keyof Judgement>> = {
  kind: 'reward',
  called: 'rewards',
  metrics: { reward: 'higher' },
  lossJump: Infinity,
  read(input, outputs) {
    const given: readonly unknown[] = Array.isArray(input) ? input : [input];
    const taken = Array.from(given, (each, row) => readReward(each, outputs, row)); // of holes too
    return {
      count: taken.length,
      copy(index, out, offset) {
        out.fill(UNTAKEN, offset, offset + outputs.count);
        out[offset + taken[index].action] = taken[index].reward;
      },
    };
  },
  tally({ count: actions }) {
    const row = new Float32Array(actions);
    let [count, sum] = [0, 0];
    const told = () => ({ reward: share(sum, count) });
    return {
      clear() {
        [count, sum] = [0, 0];
      },
      add(answers, at, targets, index) {
        targets.copy(index, row, 0);
        const reward = row[argmax(answers, at, actions)];
        if (reward === UNTAKEN) return;
        count++;
        sum += reward;
      },
      get metrics() {
        return told();
      },
      get result() {
        return told();
      },
    };
  },
};

/** @throws InputError for an action there is not, or a reward that is not a finite number of 32 bits. */
function readReward(given: unknown, { names, count }: Outputs, row: number): { action: number; reward: number } {
  const { action, reward } = (typeof given === 'object' && given !== null ? given : {}) as Partial<Reward>;
  if (action === undefined || reward === undefined) {
    throw new InputError(`reward ${row} is ${described(given)}, wanted { action, reward }`);
  }
  const index = typeof action === 'string' ? names.indexOf(action) : action;
  if (!Number.isInteger(index) || index < 0 || index >= count) {
    const known = names.length > 0 ? `one of ${names.slice(0, 12).join(', ')}, or ` : '';
    throw new InputError(
      `reward ${row} is of the action ${described(action)}, wanted ${known}an index from 0 to ${count - 1}`,
    );
  }
  if (typeof reward !== 'number' || !Number.isFinite(Math.fround(reward))) {
    throw new InputError(`reward ${row} is ${described(reward)}, wanted a finite number`);
  }
  return { action: index, reward };
}
