// Random translation: in training an image is moved by a few whole pixels, and filled with zeros; in prediction nothing
// happens. By how much is f(seed, stream of the layer, step, turn of time, sample), drawn again for the delta.

import type { Tensor } from '../../runtime/program/expression.ts';
import type { Program } from '../../runtime/program/program.ts';
import { f32_translate } from '../../runtime/simd/kernels/f32-translate.ts';
import {
  expectRank,
  expectWhole,
  nameOf,
  type LayerContext,
  type LayerOptions,
  type LayerSpec,
  type Mode,
} from './layer.ts';
import { weightless } from './parts/weightless.ts';
import type { Word } from './word.ts';

/**
 * Moves each image by up to `most` pixels down or up, and across: [height, width, channels] to the same.
 * @throws ShapeError (when the network is declared) if its input is not an image.
 */
export function randomTranslation(most: number, options: LayerOptions = {}): LayerSpec {
  const moved = (
    p: Program,
    out: string,
    image: Tensor,
    { name, inputShape }: LayerContext,
    { at }: Mode,
    back: 0 | 1,
  ) => {
    const [height, width, channels] = inputShape;
    const tensor = p.tensor({ name: `${name}/${out}`, role: 'activation', shape: image.shape });
    const draws = { ...p.draws(`${name}/translation`, p.step), turn: at?.turn ?? 0, sample: p.rows };
    p.call(f32_translate, { out: tensor, image, batch: image.batch, height, width, channels, most, back, ...draws });
    return tensor;
  };
  return weightless({
    type: 'randomTranslation',
    name: nameOf('randomTranslation', options),
    config: { most },
    outputShape(inputShape, layer) {
      expectRank(layer, inputShape, 3, '[height, width, channels]');
      expectWhole(layer, 'most', most, 0);
      return inputShape;
    },
    forward(p, x, context, mode) {
      if (!mode.training) return x;
      return moved(p, 'output', p.materialize(`${context.name}/input`, x), context, mode, 0);
    },
    pull(p, { input, output }, delta, context, mode) {
      if (output === input) return delta;
      return moved(p, 'dx', p.materialize(`${context.name}/dy`, delta), context, mode, 1);
    },
  });
}

export const randomTranslationWord: Word = {
  form: 'shiftN',
  about: 'in training moved by up to N pixels down and across',
  layers: ({ N }) => [randomTranslation(N)],
};
