// The step falls to nothing at the device's own bound: up (1 - w / high), down (1 - w / low). What is read is counted
// from a reference: a mean, a spread, and where `symmetric` is 1 the state at which steps up and down are alike,
//
//   (up - down) / (up / high - down / low)

import { about, stepModel } from './step.ts';

export const softBounds = stepModel({
  name: 'softBounds',
  title: 'soft bounds, with a reference',
  constants: {
    reference: { about: 'what the state is read against', default: 0 },
    referenceSpread: { about: "deviation of the devices' references", default: 0 },
    symmetric: { about: '1: the reference is from the symmetry point on', default: 0 },
  },
  more: {
    draws: 1,
    own(m, { up, down, high, low }, { reference, referenceSpread, symmetric }, [draw]) {
      const from = about(m, reference, referenceSpread, draw);
      if (symmetric !== 1) return { reference: from };
      return { reference: m.let(from.add(up.sub(down).div(up.div(high).sub(down.div(low))))) };
    },
  },
  size: ({ state, own: { up, down, high, low } }) => ({
    up: up.mul(state.div(high).mul(-1).add(1)),
    down: down.mul(state.div(low).mul(-1).add(1)),
  }),
});
