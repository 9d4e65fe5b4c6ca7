// Every pulse is the same step.

import { stepModel } from './step.ts';

export const constantStep = stepModel({
  name: 'constantStep',
  title: 'constant step',
  size: ({ own: { up, down } }) => ({ up, down }),
});
