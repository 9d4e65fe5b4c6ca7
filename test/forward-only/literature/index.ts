// Rules from the literature that check the proofs, one line each. They are recorded for networks of dense tanh layers.

import { directFeedbackAlignment } from './direct-feedback-alignment.ts';
import { feedbackAlignment } from './feedback-alignment.ts';

export const literature = { directFeedbackAlignment, feedbackAlignment } as const;
