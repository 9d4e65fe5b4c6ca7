// What a learner in a worker answers to: methods of Learner that cross as they are, arguments packed, results handed
// over. One more is one name here. By hand stay those with something to do on the calling side (client.ts): `fit`,
// `train`, `resize`, `dispose`, `save`, which looks at its metadata first, and `predict` and `evaluate`, which may hand
// their arrays over.

import type { Learner } from '../learner/learner.ts';
import type { Judgement } from '../tasks/host/host.ts';

export const METHODS = [
  'learnOne',
  'trainOnBatch',
  'classify',
  'addClass',
  'removeClass',
  'summary',
  'memory',
  'restore',
  'reset',
  'weights',
  'storedWeights',
  'setWeights',
  'calibrate',
  'setLearningRate',
  'weightHash',
  'act',
  'remember',
  'provide',
] as const satisfies readonly (keyof Learner)[];

/** What changes while a learner learns: a property there, a method here. */
export const PROPERTIES = [
  'classNames',
  'seed',
  'steps',
  'epochs',
  'remembered',
  'learningRate',
  'standardization',
] as const satisfies readonly (keyof Learner)[];

/** Those with something to do on the calling side cross too. */
export const INVOKED = [...METHODS, 'save', 'predict', 'evaluate'] as const;

type Method = (typeof METHODS)[number];
export type Invoked = (typeof INVOKED)[number];
export type Property = (typeof PROPERTIES)[number];

/** The methods of a learner, each giving a promise. */
export type Remoted<Result extends Judgement> = {
  readonly [Name in Method]: (
    ...given: Parameters<Learner<Result>[Name]>
  ) => Promise<ReturnType<Learner<Result>[Name]>>;
} & { readonly [Name in Property]: () => Promise<Learner<Result>[Name]> };
