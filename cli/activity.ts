// How much of a spiking network works as it answers, beside how well it does.

import { meanOf } from '../bench/shared/spread.ts';
import { callsOf } from '../runtime/program/op.ts';
import { recordLearner, type RecordOptions } from '../src/compile/record.ts';
import { backprop, observe, type LayerSpec, type LocalLearner } from '../src/index.ts';
import { subset, type Dataset } from '../src/data/dataset.ts';
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

/**
 * Null for a network without spiking neurons, where it sees standardised samples, and where a rule does not answer by
 * the network alone: neurons that compete fire otherwise than the network's.
 */
export async function activityOf(
  { network, rule, task }: RecordOptions,
  learner: Pick<LocalLearner, 'weights' | 'standardization'>,
  held: Dataset,
): Promise<Activity | null> {
  if (!network.layers.some(({ spec }) => fires(spec))) return null;
  if (learner.standardization.input !== null) return null;
  if (answering({ network, rule, task }) !== answering({ network, rule: backprop(), task })) return null;
  const rows = Array.from({ length: Math.min(MOST, held.count) }, (_, row) => row);
  const { layers: _layers, ...activity } = await observe(network, learner.weights(), subset(held, rows).inputs);
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
