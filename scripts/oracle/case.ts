// A case: one batch learned by one step, through the public API, written down as plain data, so that another program
// can take the same step and compare.

import { uniform } from '../../bench/shared/random.ts';
import {
  createLearner,
  last,
  reward,
  sequential,
  type Judgement,
  type LocalLearner,
  type NetworkSpec,
  type WeightValues,
  classification,
  squaredError,
} from '../../src/index.ts';
import { sampleShape } from '../../src/layers/network.ts';
import type { Subject } from './subjects.ts';

interface Numbers {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** A step as plain data: what the other side needs to make it too, and what came of it here. */
export interface Case {
  readonly rule: { readonly name: string; readonly loss: string; readonly rate: number; readonly options: unknown };
  readonly network: Pick<NetworkSpec, 'steps' | 'input'> & { readonly neurons: string; readonly layers: unknown };
  readonly seed: number;
  readonly classes: number;
  readonly input: Numbers;
  readonly labels: readonly number[];
  /** Where labels are actions. */
  readonly rewards?: readonly number[];
  readonly before: Readonly<Record<string, Numbers>>;
  readonly after: Readonly<Record<string, Numbers>>;
  /** Of `lif`: by the unit they end, at every step. */
  readonly spikes?: Readonly<Record<string, readonly Numbers[]>>;
}

const SEED = -7;
/** One row of the planned batch stays empty: a mean is one of samples. */
const [BATCH, SAMPLES] = [7, 6];

/** Learns one batch, and writes down everything about it. */
export async function writeCase(subject: Subject): Promise<Case> {
  const { group, network, rule, loss, neurons = 'hand', samples = SAMPLES, strength = 1, isRewarded } = subject;
  const draw = uniform(SEED);
  const [classes] = network.outputShape;
  const shape = [samples, ...sampleShape(network)];
  const input = Float32Array.from({ length: elements(shape) }, () => strength * (2 * draw() - 1));
  const labels = Array.from({ length: samples }, () => Math.floor(classes * draw()));

  const task = isRewarded ? reward(classes) : classification({ loss });
  const learner = await createLearner<Judgement>({
    network,
    rule,
    task,
    seed: SEED,
    batchSize: samples === 1 ? 1 : BATCH,
  });
  learner.setWeights(inPlaceOfZeros(learner.weights(), draw));
  const before = learner.weights();
  const rewards = labels.map((action) => ({ action, reward: isRewarded ? 2 * draw() - 0.5 : 1 }));
  learner.trainOnBatch(input, isRewarded ? rewards : labels);
  const { name, config: options, optimizers } = rule;
  return {
    rule: { name, loss: task.loss.name, rate: optimizers.optimizer.hyper.learningRate, options },
    network: { ...described(network), neurons },
    seed: SEED,
    classes,
    input: plain({ shape, values: input }),
    labels,
    ...(isRewarded && { rewards: rewards.map(({ reward }) => reward) }),
    before: mapped(before, plain),
    after: mapped(learner.weights(), plain),
    ...(group === 'lif' && { spikes: await spikesOf(subject, before, input) }),
  };
}

const described = ({ steps, input, layers }: NetworkSpec): Omit<Case['network'], 'neurons'> => ({
  steps,
  input,
  layers: layers.map(({ name, spec: { type, config } }) => ({ name, type, config })),
});

/** What is 0 at first, as biases are: a mistake in it would not show. */
const inPlaceOfZeros = (weights: ReturnType<LocalLearner['weights']>, draw: () => number): Record<string, number[]> =>
  Object.fromEntries(
    Object.entries(weights)
      .filter(([name, { values }]) => name.endsWith('/bias') || values.every((value) => value === 0))
      .map(([name, { values }]) => [name, Array.from(values, () => 0.3 * draw())]),
  );

/**
 * The spikes of every step, by the unit that they end. A network that is cut behind the spikes and whose time ends with
 * `last()` answers with those of its last step, so each step is asked of a network of that many.
 */
async function spikesOf(
  { network, rule, samples = SAMPLES }: Subject,
  weights: ReturnType<LocalLearner['weights']>,
  input: Float32Array,
): Promise<Record<string, Numbers[]>> {
  const { layers, inputShape, steps } = network;
  const spikes: Record<string, Numbers[]> = {};
  for (const [index, { spec, outputShape }] of layers.entries()) {
    if (spec.type !== 'lif') continue;
    const unit = layers[index - 1].name;
    const shape = [samples, ...outputShape];
    spikes[unit] = [];
    for (let count = 1; count <= (steps ?? 0); count++) {
      const cut = sequential(inputShape, [...layers.slice(0, index + 1).map((layer) => layer.spec), last()], {
        steps: count,
      });
      const asked = await createLearner({ network: cut, rule, task: answering, batchSize: samples });
      const known = Object.keys(asked.weights());
      asked.setWeights(Object.fromEntries(known.map((name) => [name, weights[name]])));
      const begun = firstSteps(input, { samples, steps: steps ?? 0, count });
      spikes[unit].push(plain({ shape, values: asked.predict(begun) }));
    }
  }
  return spikes;
}

/** With the outputs themselves. */
const answering = classification({ loss: squaredError });

interface Cut {
  readonly samples: number;
  readonly steps: number;
  readonly count: number;
}

/** The first steps of each sequence. */
function firstSteps(input: Float32Array, { samples, steps, count }: Cut): Float32Array {
  const step = input.length / (samples * steps);
  const rows = Array.from({ length: samples }, (_, row) => {
    const from = row * steps * step;
    return input.subarray(from, from + count * step);
  });
  return Float32Array.from(rows.flatMap((row) => Array.from(row)));
}

const elements = (shape: readonly number[]): number => shape.reduce((total, axis) => total * axis, 1);
const plain = ({ shape, values }: WeightValues): Numbers => ({ shape, values: Array.from(values) });
const mapped = <From, To>(record: Readonly<Record<string, From>>, to: (value: From) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, to(value)]));
