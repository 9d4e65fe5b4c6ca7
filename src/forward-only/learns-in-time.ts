// Which rules of the index update weights in the middle of the time steps: in micro-batches these learn once a
// sequence, and so otherwise than from the whole batch. Data for what is written and tested of them; no rule reads it.

import type { NetworkSpec } from '../layers/network.ts';

/** By name: they spend what they learned in time at its end. */
const atTheEnd = ['backprop', 'sltt', 'ottt', 'eprop', 'stdp'];

/** Whether the rule of that name does so on such a network. */
export const learnsInTime = (name: string, { steps }: NetworkSpec): boolean =>
  steps !== null && !atTheEnd.includes(name);
