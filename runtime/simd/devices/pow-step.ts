// The step falls with a power of the way that is left, range = high - low:
//
//   up ((high - w) / range)^gammaUp,   down ((w - low) / range)^gammaDown
//
// The gammas are gamma, spread and tilted from device to device as the steps are.

import { about, stepModel } from './step.ts';

export const powStep = stepModel({
  name: 'powStep',
  title: 'power step',
  constants: {
    gamma: { about: 'the power' },
    gammaSpread: { about: "deviation of the devices' powers, relative", default: 0 },
    gammaTilt: { about: 'how much smaller the power is for steps up (negative), or steps down', default: 0 },
    gammaTiltSpread: { about: 'deviation of that', default: 0 },
  },
  more: {
    draws: 2,
    own(m, _own, { gamma, gammaSpread, gammaTilt, gammaTiltSpread }, [gain, tilt]) {
      const gained = about(m, 1, gammaSpread, gain);
      const tilted = about(m, 0, gammaTiltSpread, tilt);
      return {
        gammaUp: m.let(gained.add(Math.min(gammaTilt, 0)).add(tilted).abs().mul(gamma)),
        gammaDown: m.let(gained.sub(Math.max(gammaTilt, 0)).sub(tilted).abs().mul(gamma)),
      };
    },
  },
  size({ m, state, own }) {
    const range = m.let(own.high.sub(own.low));
    const power = (share: typeof range, gamma: typeof range): typeof range => {
      const base = m.let(share);
      return base.gt(0).select(m.let(m.exp(m.let(m.log(base).mul(gamma)))), 0);
    };
    return {
      up: own.up.mul(power(own.high.sub(state).div(range), own.gammaUp)),
      down: own.down.mul(power(state.sub(own.low).div(range), own.gammaDown)),
    };
  },
});
