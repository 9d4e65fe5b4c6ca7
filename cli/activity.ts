// How much of a spiking network works as it answers, beside how well it does.

import { meanOf } from '../bench/shared/spread.ts';
import { callsOf } from '../runtime/program/op.ts';
import { recordLearner, type RecordOptions } from '../src/compile/record.ts';
import { backprop, observe, type LayerSpec, type LocalLearner, type Observation } from '../src/index.ts';
import { subset, type Dataset, type Inputs } from '../src/data/dataset.ts';
import { decimals, percent, thousands } from './table.ts';

/** So many of the held samples are looked at. */
const MOST = 500;

export interface Activity {
  /** Share of neurons and steps without a spike. */
  readonly sparsity: number;
  /** Of a sample. */
  readonly synapticOperations: number;
  readonly denseOperations: number;
}

/** As rows have it, of networks that spike and that do not. */
export type ActivityCells = { readonly [Figure in keyof Activity]: Activity[Figure] | null };

export const noActivity: ActivityCells = { sparsity: null, synapticOperations: null, denseOperations: null };

/** The mean of runs of one network. */
export function meanActivity(runs: readonly ActivityCells[]): ActivityCells {
  const mean = (figure: keyof Activity): number | null => {
    const known = runs.flatMap((run) => run[figure] ?? []);
    return known.length === 0 ? null : meanOf(known);
  };
  return {
    sparsity: mean('sparsity'),
    synapticOperations: mean('synapticOperations'),
    denseOperations: mean('denseOperations'),
  };
}

export type Looked = Pick<LocalLearner, 'weights' | 'standardization'>;

/**
 * Why there is nothing to see, or null: a network without spiking neurons, or a rule that does not answer by the
 * network alone, as neurons that compete fire otherwise than the network's.
 */
export function unseen({ network, rule, task }: RecordOptions): string | null {
  if (!network.layers.some(({ spec }) => fires(spec))) return 'the network has no spiking neurons, such as lif';
  const isAlone = answering({ network, rule, task }) === answering({ network, rule: backprop(), task });
  return isAlone ? null : `under ${rule.name} neurons fire otherwise than the network's own`;
}

/** What neurons do as they answer; samples are standardised as the learner does it. */
export async function look({ network }: RecordOptions, learner: Looked, inputs: Inputs): Promise<Observation> {
  const { input: scale } = learner.standardization;
  if (scale === null) return observe(network, learner.weights(), inputs);
  const [{ mean, deviation }, most] = [scale, inputs instanceof Uint8Array ? 255 : 1];
  const standardize = (value: number, feature: number): number => (value / most - mean[feature]) / deviation[feature];
  const seen = Float32Array.from(inputs, (value, at) => standardize(value, at % mean.length));
  return observe(network, learner.weights(), seen);
}

/** Null where there is nothing to see. */
export async function activityOf(parts: RecordOptions, learner: Looked, held: Dataset): Promise<Activity | null> {
  if (unseen(parts) !== null) return null;
  const rows = Array.from({ length: Math.min(MOST, held.count) }, (_, row) => row);
  const { layers: _layers, ...activity } = await look(parts, learner, subset(held, rows).inputs);
  return activity;
}

type Declared = Pick<LayerSpec, 'type' | 'config'>;

/** A layer of neurons that fire, or one that is made of such. */
const fires = ({ type, config }: Declared): boolean =>
  type === 'lif' || Object.values(config).flat().filter(isDeclared).some(fires);

const isDeclared = (value: unknown): value is Declared =>
  typeof value === 'object' && value !== null && 'type' in value && 'config' in value;

/** The kernels that an answer runs, by name. */
const answering = (options: RecordOptions): string =>
  callsOf(recordLearner(options).program.phases.get('predict') ?? [])
    .map(({ kernel }) => kernel.name)
    .join();

export const describeActivity = ({ sparsity, synapticOperations, denseOperations }: Activity): string =>
  `${decimals(1 - sparsity)} spikes of a neuron in a step, ${thousands(Math.round(synapticOperations))} synaptic ` +
  `operations of a sample, ${percent(synapticOperations / denseOperations)} of ${thousands(denseOperations)}`;
