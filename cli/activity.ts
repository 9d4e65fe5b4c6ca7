// How much of a spiking network works as it answers, beside how well it does.

import { observe, type LocalLearner, type NetworkSpec } from '../src/index.ts';
import { subset, type Dataset } from '../src/data/dataset.ts';
import { decimals, percent, thousands } from './table.ts';

/** So many of the held samples are looked at. */
const MOST = 500;

export interface Activity {
  /** Mean spikes of a neuron in a step. */
  readonly sparsity: number;
  /** Of a sample. */
  readonly synapticOperations: number;
  readonly denseOperations: number;
}

/** Null for a network without spiking neurons, and where it sees standardised samples. */
export async function activityOf(
  network: NetworkSpec,
  learner: Pick<LocalLearner, 'weights' | 'standardization'>,
  held: Dataset,
): Promise<Activity | null> {
  const fires = JSON.stringify(network.layers.map(({ spec: { type, config } }) => ({ type, config })));
  if (!fires.includes('"type":"lif"') || learner.standardization.input !== null) return null;
  const rows = Array.from({ length: Math.min(MOST, held.count) }, (_, row) => row);
  const { layers: _layers, ...activity } = await observe(network, learner.weights(), subset(held, rows).inputs);
  return activity;
}

export const describeActivity = ({ sparsity, synapticOperations, denseOperations }: Activity): string =>
  `${decimals(sparsity)} spikes of a neuron in a step, ${thousands(Math.round(synapticOperations))} synaptic ` +
  `operations of a sample, ${percent(synapticOperations / denseOperations)} of ${thousands(denseOperations)}`;
