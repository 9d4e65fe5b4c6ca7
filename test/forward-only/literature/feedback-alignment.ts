// Feedback alignment: deltas are handed back from unit to unit, through fixed random matrices in place of the forward
// weights.

import { LOCKED } from '../../../src/author.ts';
import type { Rule } from '../../../src/index.ts';
import { feedbackRule, project, widthOf } from './feedback.ts';

export const feedbackAlignment = (): Rule =>
  feedbackRule({
    name: 'feedback-alignment',
    paper: 'Lillicrap, Cownden, Tweed, Akerman: Random synaptic feedback weights. Nature Communications 7, 2016',
    locality: { ...LOCKED, weightTransport: false },
    feedback: (p, { front, behind }) =>
      p.unit(behind.name, () => {
        const slope = behind.output.times(behind.output).times(-1).plus(1);
        const delta = p.compute('delta', behind.delta.times(slope));
        return project(p, `${behind.name}/feedback`, delta, widthOf(front));
      }),
  });
