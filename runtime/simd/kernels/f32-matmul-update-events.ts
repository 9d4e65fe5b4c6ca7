// f32_matmul_update_events: f32_matmul_update where x mostly is 0, as spikes are. Of a single sample the rows of W
// whose input is 0 are not touched, so it is for updates that change nothing where the gradient is 0
// (`Update.skipsZero`). The bits are those of f32_matmul_update, but for weights of -0, and where dz is not finite.

import { sampleUpdates } from '../cases/updates.ts';
import { f32, family, i32, kernel, type Referenced, type Trials } from '../kernel.ts';
import { forEvents, listEvents } from '../parts/events.ts';
import { factors, factorTrials, forGradientTiles, inVectors } from '../parts/gradient-tiles.ts';
import { padded } from '../parts/panels.ts';
import { spending, updateParameters, type Update } from '../parts/update.ts';
import { forGradients } from '../twins/gradient-tiles.ts';
import { spendingReference } from '../twins/update.ts';

const shape = ['inputs', padded('columns')] as const;
const parameters = {
  weight: f32.inOut(...shape),
  ...factors,
  events: i32.scratch('inputs'),
};

export const f32_matmul_update_events = family(
  'f32_matmul_update_events',
  (update: Update) => update.name,
  (update, name) =>
    kernel(name, { ...parameters, ...updateParameters(update, shape) }, (k, args) => {
      const { x, events, inputs } = args;
      forGradientTiles(k, args, inVectors(spending(k, update, args)), () => {
        const count = listEvents(k, x, inputs, events);
        return (body) => forEvents(k, events, count, (row) => body(row, 1));
      });
    }),
);

export const variants = (): Update[] => sampleUpdates.filter(({ skipsZero }) => skipsZero);
export const trials = (): Trials => ({ ...factorTrials(), sparse: ['x'] });

export const reference =
  (update: Update) =>
  (args: Referenced<typeof parameters>): void => {
    const spend = spendingReference(update, args);
    const { x, batch, inputs } = args;
    forGradients(args, (gradient, at) => {
      const isSilent = batch === 1 && x[(at >> 3) % inputs] === 0;
      if (!isSilent) spend(at, gradient);
    });
  };
