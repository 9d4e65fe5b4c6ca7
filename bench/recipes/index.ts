// The rows of docs/results.md: what is trained, and the figures it is held against, a file a family. Data; `onward
// reproduce` runs them. They were chosen on 10,000 of the 60,000 training images, or on fewer; the test set only judged
// them.

import type { Recipe } from './recipe.ts';
import { convolutionRows } from './convolutions.ts';
import { feedbackRows } from './feedback.ts';
import { goodnessRows } from './goodness.ts';
import { int8Rows } from './int8.ts';
import { monoForwardRows } from './mono-forward.ts';
import { nopropRows } from './noprop.ts';
import { spikingRows } from './spiking.ts';
import { stepRows } from './step.ts';
import { zerothOrderRows } from './zeroth-order.ts';

export const recipes: readonly Recipe[] = [
  ...feedbackRows,
  ...convolutionRows,
  ...monoForwardRows,
  ...goodnessRows,
  ...nopropRows,
  ...spikingRows,
  ...zerothOrderRows,
  ...int8Rows,
  ...stepRows,
];
