// What must be known beside weights to compute an answer from them: what each layer is, by what samples and targets are
// standardised, what the outputs are called, and what is made of them.

import type {
  Judgement,
  LocalLearner,
  NetworkSpec,
  Rule,
  Standardization,
  StoredWeight,
  Task,
} from '../../src/index.ts';

export interface LayerFacts {
  readonly name: string;
  /** Of one time step, where there is time; so is the other one. */
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
  readonly type: string;
  /** Its settings, the activation among them, and the layers inside it. */
  readonly config: Readonly<Record<string, unknown>>;
}

export interface Facts {
  /** In their order. */
  readonly layers: readonly LayerFacts[];
  readonly standardization: Standardization;
  readonly classNames: readonly string[];
  /** In a sentence. */
  readonly answer: string;
}

interface Told {
  readonly network: NetworkSpec;
  readonly rule: Rule;
  readonly task: Task<Judgement>;
}

export const factsOf = (
  { network, rule, task }: Told,
  learner: Pick<LocalLearner, 'standardization' | 'classNames'>,
): Facts => ({
  layers: network.layers.map(({ name, inputShape, outputShape, spec: { type, config } }) => ({
    name,
    inputShape,
    outputShape,
    type,
    config,
  })),
  standardization: learner.standardization,
  classNames: learner.classNames,
  answer: `${task.kind} by ${task.loss.name}: ${answerOf(rule, task)}`,
});

/** What losses that squash the outputs make of them. */
const squashed: Readonly<Record<string, string>> = {
  crossEntropy: 'the softmax of the outputs',
  binaryCrossEntropy: 'the sigmoid of each output',
};

function answerOf({ name, head }: Rule, { loss }: Task<Judgement>): string {
  if (head === 'own') return `${name} answers by weights of its own, beside those of the layers`;
  return squashed[loss.name] ?? 'the outputs as they are';
}

/** As products read them: where that is the sign of a value, it stands in its place. */
export function weightsOf(learner: Pick<LocalLearner, 'compiled' | 'storedWeights'>): Record<string, StoredWeight> {
  const isSign = new Map(learner.compiled.weights.map(({ name, reading }) => [name, reading.sign === true]));
  const entries = Object.entries(learner.storedWeights()).map(([name, weight]) => {
    const values = isSign.get(name) ? Int8Array.from(weight.values, (value) => (value >= 0 ? 1 : -1)) : weight.values;
    return [name, { ...weight, values }] as const;
  });
  return Object.fromEntries(entries);
}
