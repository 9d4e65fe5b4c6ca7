// The step falls along a line, by the share gamma at the mean bound: up (1 - gammaUp w / high), down (1 - gammaDown w /
// low).

import { about, stepModel } from './step.ts';

export const linearStep = stepModel({
  name: 'linearStep',
  title: 'linear step',
  constants: {
    gammaUp: { about: 'the share of the step up that is lost at the upper bound' },
    gammaDown: { about: 'the share of the step down that is lost at the lower bound' },
    gammaUpSpread: { about: "deviation of the devices' gammaUp", default: 0 },
    gammaDownSpread: { about: "deviation of the devices' gammaDown", default: 0 },
  },
  more: {
    draws: 2,
    own: (m, _own, { gammaUp, gammaDown, gammaUpSpread, gammaDownSpread }, [up, down]) => ({
      slopeUp: about(m, gammaUp, gammaUpSpread, up).abs(),
      slopeDown: about(m, gammaDown, gammaDownSpread, down).abs(),
    }),
  },
  size: ({ state, own, constants: { high, low } }) => ({
    up: own.up.mul(state.mul(own.slopeUp).div(-high).add(1)),
    down: own.down.mul(state.mul(own.slopeDown).div(-low).add(1)),
  }),
});
