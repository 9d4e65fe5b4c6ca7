// Networks in a word: `784-256-10`, `28x28x1-c8k5-p2-100-10`.
//
//   word   = shape ('-' layer)+        shape: N, HxW (time x features) or HxWxC
//   layer  = N                         dense, N units
//          | cFkK[sS][same]            convolution: F filters of K x K, stride S
//          | dK[sS][same]              depthwise convolution of K x K
//          | rN                        recurrent, N units
//          | pN[sS][same]              max pool of N x N; aN: average pool
//          | gap | flatten             global average pool
//          | l2 | rms | ln | gnG       normalisations: length, root mean square, layer, in G groups of channels
//
// Layers with weights may name their activation, `256:relu`; the last of them gives the logits and has none. A dense
// layer flattens what it gets.

import {
  type Activation,
  averagePool,
  conv2d,
  dense,
  depthwiseConv2d,
  dropout,
  flatten,
  globalAveragePool,
  groupNormalize,
  l2Normalize,
  last,
  layerNormalize,
  type LayerSpec,
  maxPool,
  type NetworkSpec,
  rmsNormalize,
  sequential,
  recurrent,
} from '../src/index.ts';
import { activations } from '../src/layers/parts/activation.ts';
import { UsageError } from './usage-error.ts';

/** Thrown for a word that names no network; gives the token and where it stands. */
export class NetworkWordError extends UsageError {
  override name = 'NetworkWordError';
}

export interface NetworkWordOptions {
  /** Of hidden layers that do not name theirs; default `tanh`. */
  readonly activation?: Activation;
  /** The share of a hidden layer's outputs that is dropped in training; default 0. */
  readonly dropout?: number;
}

interface Token {
  readonly text: string;
  /** From 0. */
  readonly position: number;
}

/** What a layer's token means. */
interface Form {
  readonly pattern: RegExp;
  /** Has weights, hence an activation. */
  readonly learns?: boolean;
  layers(match: Match, place: Place): readonly LayerSpec[];
}

type Match = Readonly<Record<string, string | undefined>>;

interface Place {
  readonly activation: Activation;
  readonly isFlat: boolean;
  readonly next: string | undefined;
}

const sliding = ({ stride, same }: Match) => ({
  ...(stride === undefined ? {} : { stride: Number(stride) }),
  padding: same === undefined ? ('valid' as const) : ('same' as const),
});

const RECURRENT = /^r(?<units>\d+)$/;

const forms: readonly Form[] = [
  {
    pattern: /^(?<units>\d+)$/,
    learns: true,
    layers: ({ units }, { activation, isFlat }) => [
      ...(isFlat ? [] : [flatten()]),
      dense(Number(units), { activation }),
    ],
  },
  {
    pattern: /^c(?<filters>\d+)k(?<size>\d+)(s(?<stride>\d+))?(?<same>same)?$/,
    learns: true,
    layers: (match, { activation }) => [
      conv2d(Number(match.filters), Number(match.size), { activation, ...sliding(match) }),
    ],
  },
  {
    pattern: /^d(?<size>\d+)(s(?<stride>\d+))?(?<same>same)?$/,
    learns: true,
    layers: (match, { activation }) => [depthwiseConv2d(Number(match.size), { activation, ...sliding(match) })],
  },
  {
    pattern: RECURRENT,
    learns: true,
    layers: ({ units }, { activation, next = '' }) => [
      recurrent(dense(Number(units), { activation })),
      ...(RECURRENT.test(next) ? [] : [last()]),
    ],
  },
  {
    pattern: /^p(?<size>\d+)(s(?<stride>\d+))?(?<same>same)?$/,
    layers: (match) => [maxPool(Number(match.size), sliding(match))],
  },
  {
    pattern: /^a(?<size>\d+)(s(?<stride>\d+))?(?<same>same)?$/,
    layers: (match) => [averagePool(Number(match.size), sliding(match))],
  },
  { pattern: /^gap$/, layers: () => [globalAveragePool()] },
  { pattern: /^flatten$/, layers: () => [flatten()] },
  { pattern: /^l2$/, layers: () => [l2Normalize()] },
  { pattern: /^rms$/, layers: () => [rmsNormalize()] },
  { pattern: /^ln$/, layers: () => [layerNormalize()] },
  { pattern: /^gn(?<groups>\d+)$/, layers: ({ groups }) => [groupNormalize(Number(groups))] },
];

const LAYERS = 'N, cFkK, dK, rN, pN, aN, gap, flatten, l2, rms, ln or gnG';

/**
 * The network that a word names.
 * @throws NetworkWordError for a token that means nothing; ShapeError where a layer does not fit its input.
 */
export function parseNetwork(word: string, options: NetworkWordOptions = {}): NetworkSpec {
  const [first, ...tokens] = tokenize(word);
  if (!/^\d+(x\d+){0,2}$/.test(first.text)) {
    throw wrongToken(word, first, 'an input shape: N, HxW or HxWxC');
  }
  const inputShape = first.text.split('x').map(Number);
  if (tokens.length === 0) {
    throw new NetworkWordError(`network '${word}' has an input and no layer, wanted a word such as '784-256-10'`);
  }
  const isSequence = tokens.some(({ text }) => RECURRENT.test(text.split(':')[0]));
  if (!isSequence) return sequential(inputShape, declareLayers(word, inputShape, tokens, options));
  const [steps, ...shape] = inputShape;
  return sequential(shape, declareLayers(word, shape, tokens, options), { steps });
}

function declareLayers(
  word: string,
  inputShape: readonly number[],
  tokens: readonly Token[],
  { activation: hidden = 'tanh', dropout: rate = 0 }: NetworkWordOptions,
): LayerSpec[] {
  const meanings = tokens.map((token) => readLayer(word, token));
  const output = meanings.reduce((last, { form }, index) => (form.learns ? index : last), -1);
  const layers: LayerSpec[] = [];
  meanings.forEach(({ form, match, named }, index) => {
    const isFlat = shapeAfter(inputShape, layers).length === 1;
    const activation = named ?? (index === output ? 'identity' : hidden);
    layers.push(...form.layers(match, { activation, isFlat, next: tokens[index + 1]?.text.split(':')[0] }));
    if (form.learns && index < output && rate > 0) layers.push(dropout(rate));
  });
  return layers;
}

interface Meaning {
  readonly form: Form;
  readonly match: Match;
  readonly named: Activation | undefined;
}

function readLayer(word: string, token: Token): Meaning {
  const [text, activation, ...more] = token.text.split(':');
  const form = forms.find(({ pattern }) => pattern.test(text));
  if (form === undefined || more.length > 0) throw wrongToken(word, token, `a layer: ${LAYERS}`);
  const named = activations.find((known) => known === activation);
  if (activation !== undefined && (named === undefined || !form.learns)) {
    throw wrongToken(word, token, form.learns ? `one of ${activations.join(', ')} behind ':'` : 'no activation here');
  }
  return { form, match: form.pattern.exec(text)?.groups ?? {}, named };
}

const shapeAfter = (inputShape: readonly number[], layers: readonly LayerSpec[]): readonly number[] =>
  layers.length === 0 ? inputShape : sequential(inputShape, layers, { steps: 1 }).outputShape;

function tokenize(word: string): [Token, ...Token[]] {
  let position = 0;
  const tokens = word.split('-').map((text) => {
    const token = { text, position };
    position += text.length + 1;
    return token;
  });
  return tokens as [Token, ...Token[]];
}

const wrongToken = (word: string, { text, position }: Token, wanted: string): NetworkWordError =>
  new NetworkWordError(
    `network '${word}': '${text}' at character ${position + 1} was not understood, wanted ${wanted}`,
  );
