// The host's half of every task, for a worker that is given plain data.

import type { TaskKind } from '../task.ts';
import { classificationHost } from './classification.ts';
import type { TaskHost } from './host.ts';
import { multiLabelHost } from './multi-label.ts';
import { reconstructionHost } from './reconstruction.ts';
import { regressionHost } from './regression.ts';
import { rewardHost } from './reward.ts';

export const taskHosts: Readonly<Record<TaskKind, TaskHost>> = {
  classification: classificationHost,
  regression: regressionHost,
  multiLabel: multiLabelHost,
  reconstruction: reconstructionHost,
  reward: rewardHost,
};
