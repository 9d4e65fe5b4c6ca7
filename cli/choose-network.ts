// The network that --network asks for: a word, or a file whose default export is what `sequential` gives.

import { expectReach } from '../runtime/program/plan.ts';
import type { NetworkSpec } from '../src/index.ts';
import { activations } from '../src/layers/parts/activation.ts';
import type { Values } from './command.ts';
import { importDefault, isFile, UserFileError } from './import-file.ts';
import { parseNetwork } from './network-word.ts';
import { readChoice, readNumber } from './read-value.ts';

export const networkOptions = {
  network: { type: 'string', value: '<word>', about: '784-256-10, 28x28x1-c8k5-p2-100-10, or a file ./network.ts' },
  activation: { type: 'string', value: '<name>', about: 'of hidden layers: tanh (default), relu, ...' },
  dropout: { type: 'string', value: '<n>', about: 'share of hidden outputs dropped in training; default 0' },
} as const;

export type NetworkValues = Values<typeof networkOptions>;

/** @throws NetworkWordError, ShapeError, UserFileError, UsageError; BudgetError for one that no memory holds. */
export async function chooseNetwork(text: string, values: NetworkValues): Promise<NetworkSpec> {
  const activation = readChoice('activation', values.activation, activations);
  const dropout = readNumber('dropout', values.dropout, 1);
  const wanted = 'what sequential() gives';
  const network = isFile(text) ? await importDefault(text, wanted) : parseNetwork(text, { activation, dropout });
  if (!isNetwork(network)) {
    throw new UserFileError(`${text} does not export a network as default, wanted ${wanted}`);
  }
  expectReach(network.parameterCount);
  return network;
}

const isNetwork = (value: unknown): value is NetworkSpec =>
  typeof value === 'object' && value !== null && 'inputShape' in value && 'layers' in value && 'outputShape' in value;
