// All learning rules, one line each: what the command line, the tests and the demos go through.

import { backprop } from './backprop.ts';
import { channelGoodness } from './channel-goodness.ts';
import { contrastiveForward } from './contrastive-forward.ts';
import { decolle } from './decolle.ts';
import { dfa } from './dfa.ts';
import { drtp } from './drtp.ts';
import { eprop } from './eprop.ts';
import { feedbackAlignment } from './feedback-alignment.ts';
import { forwardForward } from './forward-forward.ts';
import { monoForward } from './mono-forward.ts';
import { noprop } from './noprop.ts';
import { ottt } from './ottt.ts';
import { pepita } from './pepita.ts';
import { tpsgd } from './tpsgd.ts';
import { sltt } from './sltt.ts';
import { stdp } from './stdp.ts';
import type { Rule } from './rule.ts';
import { zerothOrder } from './zeroth-order.ts';

export const rules = {
  backprop,
  feedbackAlignment,
  dfa,
  tpsgd,
  drtp,
  monoForward,
  forwardForward,
  noprop,
  pepita,
  channelGoodness,
  contrastiveForward,
  sltt,
  ottt,
  decolle,
  eprop,
  stdp,
  zerothOrder,
} as const satisfies Record<string, (options?: never) => Rule>;

export type RuleName = keyof typeof rules;
