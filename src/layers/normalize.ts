// Normalisations of one sample by itself, without gain or bias: what a sample gives does not depend on the others in
// the batch. The statistics are computed again for the delta, from the input.
//
//   l2     y = x / sqrt(sum x^2 + epsilon)                      over all features of the sample
//   rms    y = x / sqrt(mean x^2 + epsilon)                     over all features. Zhang and Sennrich, NeurIPS 2019
//   layer  y = (x - mean) / sqrt(variance + epsilon)            over all features. Ba, Kiros and Hinton, 2016
//   group  y = (x - mean) / sqrt(variance + epsilon)            over each group of channels. Wu and He, ECCV 2018

import { elementsOf } from '../../runtime/program/layout.ts';
import { f32_group_normalize } from '../../runtime/simd/kernels/f32-group-normalize.ts';
import { f32_group_normalize_gradient } from '../../runtime/simd/kernels/f32-group-normalize-gradient.ts';
import type { Kernel } from '../../runtime/simd/kernel.ts';
import { f32_normalize, type Normalization } from '../../runtime/simd/kernels/f32-normalize.ts';
import { f32_normalize_gradient } from '../../runtime/simd/kernels/f32-normalize-gradient.ts';
import type { Operand, Tensor } from '../../runtime/program/expression.ts';
import { finite } from '../options.ts';
import { describe, expectWhole, readLayer, ShapeError, type LayerOptions, type LayerSpec } from './layer.ts';
import { weightless } from './parts/weightless.ts';
import type { Word } from './word.ts';

export interface NormalizeOptions extends LayerOptions {
  /** Added under the root, at least 0; above 0 a sample of zeros stays zero. Default 1e-5. */
  readonly epsilon?: number;
}

/** Every sample at length 1. Any shape. */
export const l2Normalize = (options: NormalizeOptions = {}): LayerSpec => sampleNormalize('l2Normalize', 'l2', options);

/** Every sample with a mean square of 1. Any shape. */
export const rmsNormalize = (options: NormalizeOptions = {}): LayerSpec =>
  sampleNormalize('rmsNormalize', 'rms', options);

/** Every sample with mean 0 and variance 1. Any shape. */
export const layerNormalize = (options: NormalizeOptions = {}): LayerSpec =>
  sampleNormalize('layerNormalize', 'layer', options);

/**
 * Mean 0 and variance 1 within each of `groups` equal groups of neighbouring channels (the last axis), over all
 * positions of a sample. Any shape.
 * @throws ShapeError (when the network is declared) if the channels do not divide into the groups.
 */
export function groupNormalize(groups: number, options: NormalizeOptions = {}): LayerSpec {
  const channelsOf = (shape: readonly number[]): number => shape[shape.length - 1];
  return normalize('groupNormalize', options, {
    config: { groups },
    forward: f32_group_normalize,
    gradient: f32_group_normalize_gradient,
    sizes(x, shape) {
      const channels = channelsOf(shape);
      return { batch: x.batch, positions: elementsOf(shape) / channels, channels, groups };
    },
    check(name, shape) {
      expectWhole(name, 'groups', groups);
      if (channelsOf(shape) % groups === 0) return;
      const got = `got an input of shape ${describe(shape)}`;
      throw new ShapeError(`${name}: ${got}, wanted channels in ${groups} equal groups`);
    },
  });
}

export const l2NormalizeWord: Word = {
  form: 'l2',
  about: 'every sample at length 1',
  layers: () => [l2Normalize()],
};

export const rmsNormalizeWord: Word = {
  form: 'rms',
  about: 'every sample with a mean square of 1',
  layers: () => [rmsNormalize()],
};

export const layerNormalizeWord: Word = {
  form: 'ln',
  about: 'every sample with mean 0 and variance 1',
  layers: () => [layerNormalize()],
};

export const groupNormalizeWord: Word = {
  form: 'gnG',
  about: 'mean 0 and variance 1 in each of G groups of channels',
  layers: ({ G }) => [groupNormalize(G)],
};

const sampleNormalize = (type: string, mode: Normalization, options: NormalizeOptions): LayerSpec =>
  normalize(type, options, {
    forward: f32_normalize(mode),
    gradient: f32_normalize_gradient(mode),
    sizes: (x) => ({ rows: x.batch, columns: x.features }),
  });

interface Normalizing {
  /** Beside epsilon. */
  readonly config?: LayerSpec['config'];
  readonly forward: Kernel;
  readonly gradient: Kernel;
  /** The sizes that both kernels take. */
  sizes(x: Tensor, inputShape: readonly number[]): Record<string, Operand>;
  check?(name: string, inputShape: readonly number[]): void;
}

function normalize(type: string, options: NormalizeOptions, normalizing: Normalizing): LayerSpec {
  const { name, epsilon, check: expectEpsilon } = readLayer(type, options, { epsilon: [finite(0), 1e-5] });
  const { config, forward, gradient, sizes, check } = normalizing;
  return weightless({
    type,
    name,
    config: { ...config, epsilon },
    outputShape(inputShape, layer) {
      expectEpsilon(layer);
      check?.(layer, inputShape);
      return inputShape;
    },
    forward(p, given, context) {
      const x = p.materialize(`${context.name}/input`, given);
      const out = p.tensor({ name: `${context.name}/output`, shape: x.shape, role: 'activation' });
      p.call(forward, { out, x, epsilon, ...sizes(x, context.inputShape) });
      return out;
    },
    pull(p, { input }, delta, context) {
      const x = p.materialize(`${context.name}/seen`, input);
      const dy = p.materialize(`${context.name}/dy`, delta);
      const dx = p.tensor({ name: `${context.name}/dx`, shape: x.shape, role: 'activation' });
      p.call(gradient, { dx, x, dy, epsilon, ...sizes(x, context.inputShape) });
      return dx;
    },
  });
}
