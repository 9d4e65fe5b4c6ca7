// The public API: nothing but exports.

export { analyse, type Locality, type Proof } from '../runtime/program/analyse.ts';
export { BudgetError } from '../runtime/program/plan.ts';
export { ProgramError } from '../runtime/program/error.ts';
export { Gather, OneHot, PerSample, Scalar, Tensor, type Expression } from '../runtime/program/expression.ts';
export { UnsupportedFeatureError, supports, type Features } from '../runtime/wasm/features.ts';
export { MemoryUnavailableError } from '../runtime/wasm/instantiate.ts';
export { backprop, type BackpropOptions } from './forward-only/backprop.ts';
export { drtp, type DrtpOptions } from './forward-only/drtp.ts';
export { recordLocal, type LocalRule } from './forward-only/parts/layerwise.ts';
export { drawProjection, project, type Projection } from './forward-only/parts/projection.ts';
export { defineRule, recordPredict, RuleError, type Rule, type RuleContext, type Stage } from './forward-only/rule.ts';
export { tpsgd, type LocalLoss, type TpsgdOptions } from './forward-only/tpsgd.ts';
export { gradientKernels, type GradientKernels } from './layers/parts/gradient-kernels.ts';
export * from './layers/index.ts';
export { outcome, recordLoss, recordProbabilities, type LossName } from './losses/loss.ts';
export { forwardAll, pass, type Network, type Unit } from './layers/network.ts';
export { formatBytes } from './bytes.ts';
export { compileLearner, recordLearner, type LearnerOptions } from './compile/compile.ts';
export type { CompiledLearner, MemoryPlan } from './compile/compiled.ts';
export {
  BusyError,
  CapacityError,
  CheckpointError,
  ConfigurationError,
  DisposedError,
  DivergenceError,
  InputError,
} from './errors.ts';
export type { Evaluation } from './learner/evaluate.ts';
export type { BatchLogs, Callbacks, EarlyStopping, FitOptions, History, Logs } from './learner/fit.ts';
export type { SampleInput } from './learner/inputs.ts';
export type { LabelInput } from './learner/labels.ts';
export { Learner, type Classification, type MemoryReport, type WeightValues } from './learner/learner.ts';
export { createLearner, type LocalLearner, type ResizeOptions } from './create.ts';
export type { StreamSample, TrainEvent, TrainOptions } from './learner/stream.ts';
export type { StepResult } from './learner/trainable.ts';
export {
  adam,
  adamw,
  OptimizerError,
  recordOptimizer,
  sgd,
  signSgd,
  type Optimizer,
} from './optimizers/optimizer.ts';
