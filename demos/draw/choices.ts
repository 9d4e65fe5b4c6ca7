// What can be chosen on the page: learning rules and networks, with settings that work. Data, no behaviour.

import {
  backprop,
  conv2d,
  dense,
  drtp,
  flatten,
  maxPool,
  sequential,
  sgd,
  tpsgd,
  type LearnerOptions,
  type Rule,
} from '../../src/index.ts';

export const digits: readonly string[] = [...'0123456789'];

/** Classes at most: the memory of the output layer is planned for them. */
export const CAPACITY = 16;

/** Samples of a step at most, in warm-up and lesson. */
export const BATCH = 32;

const side = 28;

export const networks = {
  dense: {
    title: '784-256-10',
    /** What learns under rules without feedback, which leave the rest at its random first weights; default all. */
    trainable: undefined,
    create: () => sequential([side, side, 1], [flatten(), dense(256, { activation: 'tanh' }), dense(digits.length)]),
  },
  convolutional: {
    title: 'small CNN',
    trainable: ['dense'],
    create: () =>
      sequential(
        [side, side, 1],
        [
          conv2d(8, 5, { activation: 'tanh' }),
          maxPool(2),
          flatten(),
          dense(64, { activation: 'tanh' }),
          dense(digits.length),
        ],
      ),
  },
} as const;

/** With the title and the note of the rule itself. */
function offer(rule: Rule) {
  return { title: rule.title, note: rule.about, rule };
}

/** All rules use plain gradient descent, so that their memory compares; each has the rate that suited it in a trial. */
export const rules = {
  tpsgd: offer(tpsgd({ optimizer: sgd(0.03) })),
  drtp: offer(drtp({ optimizer: sgd(0.03) })),
  backprop: offer(backprop({ optimizer: sgd(0.05) })),
} as const;

export type RuleName = keyof typeof rules;
export type NetworkName = keyof typeof networks;

export interface Choice {
  readonly rule: RuleName;
  readonly network: NetworkName;
}

/** What learns, if not all. */
const trainableOf = ({ rule, network }: Choice): readonly string[] | undefined =>
  rule === 'backprop' ? undefined : networks[network].trainable;

export const learnerOptions = (choice: Choice): LearnerOptions => ({
  network: networks[choice.network].create(),
  rule: rules[choice.rule].rule,
  trainable: trainableOf(choice),
  classes: { names: digits, capacity: CAPACITY },
  batchSize: BATCH,
});

export const titleOf = ({ rule, network }: Choice): string => `${rules[rule].title} on ${networks[network].title}`;

/** What the page says about a choice. */
export function describeChoice(choice: Choice): string {
  const frozen = trainableOf(choice) === undefined ? '' : ' The convolution keeps its random weights.';
  return rules[choice.rule].note + frozen;
}
