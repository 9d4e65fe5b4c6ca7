// What a rule is known not to learn, closing less than half of the gap to the control, or sure of what it never saw
// (docs/results.md): data for the command line, which says so before it begins, and for the drawing page, which does
// not offer it. No rule reads it, so no app bundles it.

import type { NetworkSpec } from '../layers/network.ts';
import type { Rule } from './rule.ts';

interface Failure {
  /** By name. */
  readonly rules: readonly string[];
  /** Completes "is known not to learn ...". */
  readonly what: string;
  isOf(network: NetworkSpec, batchSize: number): boolean;
}

const isConvolution = (type: string): boolean => type === 'conv2d' || type === 'depthwiseConv2d';

/** The convolutions of a network in which the mean over the image is all that is read of them; 0 in others. */
function convolutionsUnderMean({ layers }: NetworkSpec): number {
  const types = layers.map(({ spec }) => spec.type);
  const mean = types.indexOf('globalAveragePool');
  return types.slice(0, Math.max(mean, 0)).filter(isConvolution).length;
}

const hasUnderMean = (least: number) => (network: NetworkSpec) => convolutionsUnderMean(network) >= least;

const hasConvolution = ({ layers }: NetworkSpec): boolean => layers.some(({ spec }) => isConvolution(spec.type));

const hasBounded = ({ layers }: NetworkSpec): boolean =>
  layers.slice(0, -1).some(({ spec }) => ['tanh', 'sigmoid'].includes(spec.config.activation as string));

const hasDenseRelu = ({ layers }: NetworkSpec): boolean =>
  layers.slice(0, -1).some(({ spec }) => spec.type === 'dense' && spec.config.activation === 'relu');

const failures: readonly Failure[] = [
  {
    rules: ['tpsgd'],
    what:
      'six or more convolutions below a global average pool but by the sign of the gradient, ' +
      'where Mono-Forward does',
    isOf: hasUnderMean(6),
  },
  {
    rules: ['drtp'],
    what: 'six or more convolutions below a global average pool, where Mono-Forward, pooled, does',
    isOf: hasUnderMean(6),
  },
  {
    rules: ['drtp'],
    what: 'when to doubt by dense layers of relu, which its pushes raise without end, where it does by those of tanh',
    isOf: hasDenseRelu,
  },
  {
    rules: ['zerothOrder'],
    what: 'nine or more convolutions below a global average pool',
    isOf: hasUnderMean(9),
  },
  {
    rules: ['zerothOrder'],
    what: 'networks that spike, but for last layers by gradient',
    isOf: ({ layers }) => layers.some(({ spec }) => spec.type === 'lif'),
  },
  {
    rules: ['stdp'],
    what: 'by convolutions in a network without time',
    isOf: (network) => network.steps === null && hasConvolution(network),
  },
  {
    rules: ['contrastiveForward'],
    what: 'by hidden layers of tanh or sigmoid, whose goodness has an end, where it does by those of relu',
    isOf: hasBounded,
  },
  {
    rules: ['contrastiveForward'],
    what: 'from one sample in a step, which has no other to be paired with: wanted a batch of at least 2',
    isOf: (_network, batchSize) => batchSize === 1,
  },
];

/** What there is to say before a rule of the index trains such a network; null where nothing is known. */
export function knownFailure({ name }: Pick<Rule, 'name'>, network: NetworkSpec, batchSize = Infinity): string | null {
  const found = failures.find(({ rules, isOf }) => rules.includes(name) && isOf(network, batchSize));
  return found === undefined ? null : `${name} is known not to learn ${found.what}: docs/results.md`;
}
