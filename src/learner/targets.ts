// What users give as targets, whatever the task.

import type { LabelInput } from '../tasks/host/labels.ts';
import type { RewardInput } from '../tasks/host/reward.ts';
import type { ValuesInput } from '../tasks/host/values.ts';

/** Labels; values, one row for each sample; what an action was worth; `null` where the sample is its own target. */
export type TargetInput = LabelInput | ValuesInput | RewardInput | null;
