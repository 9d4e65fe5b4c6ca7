// The step falls exponentially towards the bounds. With z = 2 a w / (high - low) + b:
//
//   up max(1 - amountUp e^(gammaUp z), 0),   down max(1 - amountDown e^(-gammaDown z), 0)
//
// A deviation of cycle (size + noiseAdded + noiseSlope |w|) where those are given.

import { stepModel } from './step.ts';

export const expStep = stepModel({
  name: 'expStep',
  title: 'exponential step',
  constants: {
    amountUp: { about: 'how strongly the step up falls' },
    amountDown: { about: 'how strongly the step down falls' },
    gammaUp: { about: 'how fast the step up falls' },
    gammaDown: { about: 'how fast the step down falls' },
    slope: { about: 'a, which stretches the state', default: 0.244 },
    shift: { about: 'b, which moves it', default: 0.2425 },
    noiseAdded: { about: 'deviation at no step, over `cycle`', default: 0 },
    noiseSlope: { about: 'deviation with the state, over `cycle`', default: 0 },
  },
  size({ m, state, own: { up, down, high, low }, constants: c }) {
    const z = m.let(
      state
        .mul(2 * c.slope)
        .div(high.sub(low))
        .add(c.shift),
    );
    const kept = (amount: number, exponent: typeof z): typeof z =>
      m.let(m.exp(m.let(exponent)).mul(-amount).add(1)).pmax(0);
    return { up: up.mul(kept(c.amountUp, z.mul(c.gammaUp))), down: down.mul(kept(c.amountDown, z.mul(-c.gammaDown))) };
  },
  deviation: ({ state, constants: { noiseAdded, noiseSlope } }, size) =>
    noiseAdded === 0 && noiseSlope === 0 ? size : size.abs().add(noiseAdded).add(state.abs().mul(noiseSlope)),
});
