// f32_update: weight <- weight + change(weight, gradient), element by element: the optimiser for parameters whose
// gradient is a buffer (biases, convolution panels). Weight, gradient and states share one layout; which one does not
// matter here.

import { f32, family, kernel, size, type Referenced } from '../kernel.ts';
import { referenceOfUpdate, spending, updateParameters, type Update } from '../parts/update.ts';
import { sampleUpdates } from '../cases/updates.ts';

const parameters = {
  weight: f32.inOut('n'),
  gradient: f32.in('n'),
  n: size,
};

export const f32_update = family(
  'f32_update',
  (update: Update) => update.name,
  (update, name) => {
    const all = { ...parameters, ...updateParameters(update, ['n']) };
    return kernel(name, all, (k, { weight, gradient, n, ...ofUpdate }) => {
      const spend = spending(k, update, weight, ofUpdate);
      k.lanes(n, (i) => spend(i.width, i.index, gradient.at(i)));
    });
  },
);

export const variants = (): Update[] => sampleUpdates;

export const reference = (update: Update) => {
  const apply = referenceOfUpdate(update);
  return (args: Referenced<typeof parameters> & Record<string, Float32Array>): void => {
    const { weight, gradient, n } = args;
    const hyper = Object.fromEntries(update.hyper.map((name, index) => [name, args.hyper[index]]));
    for (let i = 0; i < n; i++) {
      const state = Object.fromEntries(update.state.map((name) => [name, args[name][i]]));
      weight[i] = Math.fround(weight[i] + apply({ weight: weight[i], gradient: gradient[i], state, hyper }));
      for (const name of update.state) args[name][i] = state[name];
    }
  };
};
