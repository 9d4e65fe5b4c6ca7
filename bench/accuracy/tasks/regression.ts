// Ten phases of the cosine of a mean (src/data/sets/synthetic-regression.ts).

import { adam, backprop, dense, monoForward, regression, sequential, tpsgd } from '../../../src/index.ts';
import { loadSet } from '../../../src/data/node/sources.ts';
import { syntheticRegression } from '../../../src/data/sets/synthetic-regression.ts';
import { r2 } from './score.ts';
import { meanAnswer, type Trial } from './trial.ts';

const WIDTH = 256;
const network = sequential([256], [dense(WIDTH, { activation: 'tanh' }), dense(10)]);
const common = { network, shape: `256-${WIDTH}-10`, batchSize: 50, epochs: 30 };
const optimizer = adam(0.001, { schedule: 'linear' });

export const regressionTrial: Trial = {
  name: 'regression',
  about: 'synthetic-regression, ten values of 256',
  task: () => regression(10),
  load: () => loadSet(syntheticRegression),
  score: r2,
  trivial: { name: 'the mean', answers: meanAnswer },
  wanted: { name: 'at least 0.9', holds: (control) => control >= 0.9 },
  contenders: [
    { rule: backprop({ optimizer }), ...common },
    { rule: tpsgd({ optimizer }), ...common },
    { rule: monoForward({ optimizer }), ...common },
  ],
  scikit: { model: 'MLPRegressor', hidden: WIDTH, activation: 'tanh', learningRate: 0.001, epochs: 30, batch: 50 },
};
