// What users give as targets, whatever the task.

import type { LabelInput } from '../tasks/host/labels.ts';
import type { ValuesInput } from '../tasks/host/values.ts';

/** Labels; values, one row for each sample; `null` where the sample is its own target. */
export type TargetInput = LabelInput | ValuesInput | null;
