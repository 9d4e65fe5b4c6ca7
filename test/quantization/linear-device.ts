// A linear device, and what tests of devices let it learn.

import { backprop, sgd, type Profile } from '../../src/index.ts';
import { smallData } from '../learner/small.ts';

export const { x, y } = smallData(40);
export const rule = backprop({ optimizer: sgd(0.2) });
export const steps: Profile = {
  name: 'steps',
  title: 'a linear device',
  source: 'this test',
  model: 'constantStep',
  constants: { step: 0.01 },
};
