// Direct feedback alignment: every unit learns from the error at the output through a fixed random matrix of its own.
// It waits for the output, but nothing is handed from unit to unit.

import { LOCAL } from '../../../src/author.ts';
import type { Rule } from '../../../src/index.ts';
import { feedbackRule, project, widthOf } from './feedback.ts';

/** `errorIn`: the unit in which the error is computed; it is the loss's all the same. */
export const directFeedbackAlignment = ({ errorIn }: { readonly errorIn?: string } = {}): Rule =>
  feedbackRule({
    name: 'direct-feedback-alignment',
    paper: 'Nøkland: Direct feedback alignment provides learning in deep neural networks. NeurIPS 2016',
    locality: { ...LOCAL, updateLocked: true },
    errorIn,
    feedback: (p, { error, front, behind }) =>
      p.unit(front.name, () => project(p, `${behind.name}/feedback`, error, widthOf(front))),
  });
