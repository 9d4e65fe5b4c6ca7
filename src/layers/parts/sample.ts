// One sample of an image as floats, for what learns sample by sample: where it lies, or evaluated now.

import { elementsOf } from '../../../runtime/program/layout.ts';
import { along, view, type LoopIndex, type View } from '../../../runtime/program/buffer.ts';
import { constant } from '../../../runtime/program/dim.ts';
import { Tensor, type Expression } from '../../../runtime/program/expression.ts';
import type { Program } from '../../../runtime/program/program.ts';

/** Of [batch, height, width, channels]. */
export function sampleOf(p: Program, name: string, images: Expression, sample: LoopIndex): View {
  const [height, width, channels] = (images.shape ?? []).slice(1).map(({ offset }) => offset);
  const elements = elementsOf([height, width, channels]);
  if (images instanceof Tensor && images.isPlain) return images.at(along(sample, elements));
  const part = view(p.buffer({ name, role: 'scratch', shape: [elements] }));
  const place = { index: sample, channels };
  const window = { rows: constant(height * width), columns: constant(channels), first: 0, sample: place };
  p.evaluate(images, part, window, channels, channels);
  return part;
}
