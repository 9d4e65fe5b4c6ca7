// Networks in a word: `784-256-10`, `28x28x1-c8k5-p2-100-10`, `784-t10-rate-400-lif-10`.
//
//   word   = shape ['-' tN] ('-' layer)+       shape: N, HxW or HxWxC
//   layer  = token [':' activation]            token: as the layers' own words say, src/layers/words.ts
//
// The last layer with weights gives the logits: it has no activation, as those in front of spiking neurons; the others
// may name theirs. `tN` shows the input at N steps; otherwise a word with a layer of time reads the first axis of its
// input as time.

import { type Activation, dropout, type LayerSpec, type NetworkSpec, sequential } from '../src/index.ts';
import { activations } from '../src/layers/parts/activation.ts';
import type { Place, Values, Word } from '../src/layers/word.ts';
import * as layerWords from '../src/layers/words.ts';
import { UsageError } from './command.ts';
import { compileForm, type ReadForm } from './word-form.ts';

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

/** The words of all layers that have one. */
export const words: readonly Word[] = Object.values(layerWords);

const readers = words.map((word): [Word, ReadForm] => [word, compileForm(word.form)]);

interface Token {
  /** Without the activation. */
  readonly text: string;
  readonly activation: string | undefined;
  /** From 0. */
  readonly position: number;
  readonly whole: string;
}

interface Meaning {
  readonly token: Token;
  readonly word: Word;
  readonly values: Values;
  readonly named: Activation | undefined;
}

/**
 * The network that a word names.
 * @throws NetworkWordError for a token that means nothing; ShapeError where a layer does not fit its input.
 */
export function parseNetwork(text: string, options: NetworkWordOptions = {}): NetworkSpec {
  const [first, ...tokens] = tokenize(text);
  if (!/^\d+(x\d+){0,2}$/.test(first.whole)) throw wrongToken(text, first, 'an input shape: N, HxW or HxWxC');
  const shape = first.whole.split('x').map(Number);
  const [, shown] = /^t(\d+)$/.exec(tokens[0]?.whole ?? '') ?? [];
  const meanings = tokens.slice(shown === undefined ? 0 : 1).map((token) => readLayer(text, token));
  if (meanings.length === 0) {
    throw new NetworkWordError(`network '${text}' has an input and no layer, wanted a word such as '784-256-10'`);
  }
  const declared = (inputShape: readonly number[]): LayerSpec[] => declareLayers(inputShape, meanings, options);
  if (shown !== undefined) return sequential(shape, declared(shape), { steps: Number(shown), input: 'still' });
  const timed = meanings.find(({ word, values }) => word.layers(values, ALONE).some((layer) => layer.timed));
  if (timed === undefined) return sequential(shape, declared(shape));
  const [steps, ...features] = shape;
  if (features.length > 0) return sequential(features, declared(features), { steps });
  throw wrongToken(text, timed.token, 'a network with time: tN behind the input, or an input of steps x features');
}

/** Where a layer stands that is looked at by itself. */
const ALONE: Place = { activation: 'identity', isFlat: true, rest: [] };

function declareLayers(
  inputShape: readonly number[],
  meanings: readonly Meaning[],
  { activation: hidden = 'tanh', dropout: rate = 0 }: NetworkWordOptions,
): LayerSpec[] {
  const output = meanings.reduce((last, { word }, index) => (word.activates ? index : last), -1);
  const layers: LayerSpec[] = [];
  let drops = false;
  for (const [index, { word, values, named }] of meanings.entries()) {
    const isJoined = meanings[index + 1]?.word.joins === true;
    const usual = index === output || isJoined ? 'identity' : hidden;
    const isFlat = shapeAfter(inputShape, layers).length === 1;
    const rest = meanings.slice(index + 1).map(({ token }) => token.text);
    layers.push(...word.layers(values, { activation: named ?? usual, isFlat, rest }));
    drops ||= word.activates === true && index < output && rate > 0;
    if (!drops || isJoined) continue;
    layers.push(dropout(rate));
    drops = false;
  }
  return layers;
}

function readLayer(text: string, token: Token): Meaning {
  for (const [word, read] of readers) {
    const values = read(token.text);
    if (values === null) continue;
    const named = activations.find((known) => known === token.activation);
    if (token.activation === undefined || (named && word.activates)) return { token, word, values, named };
    throw wrongToken(
      text,
      token,
      word.activates ? `one of ${activations.join(', ')} behind ':'` : 'no activation here',
    );
  }
  throw wrongToken(text, token, `a layer: ${words.map(({ form }) => form).join(', ')}`);
}

const shapeAfter = (inputShape: readonly number[], layers: readonly LayerSpec[]): readonly number[] =>
  layers.length === 0 ? inputShape : sequential(inputShape, layers, { steps: 1 }).outputShape;

function tokenize(word: string): [Token, ...Token[]] {
  let position = 0;
  const tokens = word.split('-').map((whole): Token => {
    const [text, ...activation] = whole.split(':');
    const token = { text, activation: activation.length === 0 ? undefined : activation.join(':'), position, whole };
    position += whole.length + 1;
    return token;
  });
  return tokens as [Token, ...Token[]];
}

const wrongToken = (word: string, { whole, position }: Token, wanted: string): NetworkWordError =>
  new NetworkWordError(
    `network '${word}': '${whole}' at character ${position + 1} was not understood, wanted ${wanted}`,
  );
