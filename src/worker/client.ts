// The learner on the calling side, while it learns in a worker. What the worker cannot do happens here: recording and planning
// (the rule stays here), iterating the caller's stream, and running the caller's callbacks.

import { proxy, type Remote } from 'comlink';
import { compileLearner, type LearnerOptions } from '../learner/compile.ts';
import type { CompiledLearner } from '../learner/compiled.ts';
import { DisposedError } from '../learner/errors.ts';
import type { Callbacks, FitOptions, History } from '../learner/fit.ts';
import { readSamples, type LabelInput, type SampleInput } from '../learner/inputs.ts';
import type { Classification, Learner, MemoryReport } from '../learner/learner.ts';
import { recompile, type LocalOptions, type ResizeOptions } from '../learner/local.ts';
import { abortError } from '../learner/pacing.ts';
import type { StreamSample, TrainEvent, TrainOptions } from '../learner/stream.ts';
import type { Evaluation, StepResult } from '../learner/trainable.ts';
import { Link } from './link.ts';
import { Parcel } from './parcel.ts';
import type { FitEvent, RemoteLearner, Status } from './protocol.ts';
import { startThread, type Thread } from './thread.ts';

export interface WorkerOptions extends LocalOptions {
  /**
   * A worker that runs the library's worker file, in the browser a module worker. As a function, it is called at once and the
   * worker ends with the learner; a worker given as it is may serve several learners and is never ended by `dispose`.
   * Default: a worker of its own, from `worker.js` beside the library.
   */
  readonly worker?: Thread | (() => Thread);
}

export interface TransferOptions {
  /** Hand typed arrays that are all of their buffer over to the worker instead of copying them; they are empty afterwards. */
  readonly transfer?: boolean;
}

export interface WorkerFitOptions extends FitOptions, TransferOptions {}
