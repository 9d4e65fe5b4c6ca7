// f32_update: weight <- weight + change(weight, gradient), element by element: the optimiser for parameters whose
// gradient is a buffer (biases, convolution panels). Weight, gradient and states share one layout; which one does not
// matter here.

import { sampleUpdates } from '../cases/updates.ts';
import { f32, family, kernel, size, type Referenced } from '../kernel.ts';
import { spending, updateParameters, type Update } from '../parts/update.ts';
import { spendingReference } from '../twins/update.ts';

const parameters = {
  weight: f32.inOut('n'),
  gradient: f32.in('n'),
  n: size,
};

export const f32_update = family(
  'f32_update',
  (update: Update) => update.name,
  (update, name) =>
    kernel(name, { ...parameters, ...updateParameters(update, ['n']) }, (k, args) => {
      const spend = spending(k, update, args);
      k.lanes(args.n, (i) => spend(i, args.gradient.at(i)));
    }),
);

export const variants = (): Update[] => sampleUpdates;

export const reference =
  (update: Update) =>
  (args: Referenced<typeof parameters>): void => {
    const spend = spendingReference(update, args);
    args.gradient.subarray(0, args.n).forEach((gradient, at) => spend(at, gradient));
  };
