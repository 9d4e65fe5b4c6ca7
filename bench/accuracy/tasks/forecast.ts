// The next sample of a phone at the waist (src/data/sets/hapt-forecast.ts), by networks with time: recurrent tpSGD has
// one fixed target for all steps and no way back through them.

import {
  adam,
  backprop,
  dense,
  last,
  monoForward,
  recurrent,
  regression,
  sequential,
  tpsgd,
} from '../../../src/index.ts';
import { loadSet } from '../../../src/data/node/sources.ts';
import { haptForecast } from '../../../src/data/sets/hapt-forecast.ts';
import { CHANNELS } from '../../../src/data/sets/hapt-recordings.ts';
import { mse } from './score.ts';
import { belowHalf, type Trial } from './trial.ts';

const [STEPS, UNITS] = [64, 64];
const width = CHANNELS.length;
const cell = recurrent(dense(UNITS, { activation: 'tanh' }));
const common = {
  network: sequential([width], [cell, last(), dense(width)], { steps: STEPS }),
  shape: `${STEPS}x${width}-r${UNITS}-${width}`,
  batchSize: 64,
  epochs: 10,
};

export const forecastTrial: Trial = {
  name: 'forecast',
  about: 'hapt-forecast, the sample after 64, other people',
  task: () => regression(CHANNELS),
  load: () => loadSet(haptForecast),
  score: mse,
  trivial: {
    name: 'the last sample again',
    answers: ({ test }) =>
      test.targets.map((_, at) => {
        const row = Math.floor(at / width);
        return test.inputs[(row * STEPS + STEPS - 1) * width + (at % width)];
      }),
  },
  wanted: belowHalf,
  contenders: [
    { rule: backprop({ optimizer: adam(0.002, { schedule: 'linear' }) }), ...common },
    { rule: tpsgd({ optimizer: adam(0.002, { schedule: 'linear' }) }), ...common },
    { rule: monoForward({ optimizer: adam(0.002, { schedule: 'linear' }) }), ...common },
  ],
  scikit: { model: 'MLPRegressor', hidden: UNITS, activation: 'tanh', learningRate: 0.001, epochs: 10, batch: 64 },
};
