// The public API for users: create, layers, rules, optimisers, errors. What writers of rules, layers and storages need
// is in author.ts.

export { BudgetError } from '../runtime/program/plan.ts';
export { ProgramError } from '../runtime/program/error.ts';
export { UnsupportedFeatureError, supports, type Features } from '../runtime/wasm/features.ts';
export { MemoryUnavailableError } from '../runtime/wasm/instantiate.ts';
export { formatBytes } from './bytes.ts';
export { compileLearner, type LearnerOptions } from './compile/compile.ts';
export type { ClassesOption } from './compile/resolve-task.ts';
export { writeCompiled } from './compile/compiled-file.ts';
export type { CompiledLearner, Identity, MemoryPlan } from './compile/compiled.ts';
export type { RecordOptions } from './compile/record.ts';
export {
  createLearner,
  type CreateOptions,
  type LocalLearner,
  type LocalOptions,
  type ResizeOptions,
} from './create.ts';
export {
  BusyError,
  CapacityError,
  CheckpointError,
  CompiledFileError,
  ConfigurationError,
  DisposedError,
  DivergenceError,
  InputError,
} from './errors.ts';
export { backprop, type BackpropOptions } from './forward-only/backprop.ts';
export { channelGoodness, type ChannelGoodnessOptions } from './forward-only/channel-goodness.ts';
export { contrastiveForward, type ContrastiveForwardOptions } from './forward-only/contrastive-forward.ts';
export { decolle, type DecolleOptions } from './forward-only/decolle.ts';
export { dfa, type DfaOptions } from './forward-only/dfa.ts';
export { drtp, type DrtpOptions } from './forward-only/drtp.ts';
export { eprop, type EpropOptions } from './forward-only/eprop.ts';
export { feedbackAlignment, type FeedbackAlignmentOptions } from './forward-only/feedback-alignment.ts';
export { forwardForward, type ForwardForwardOptions } from './forward-only/forward-forward.ts';
export { monoForward, type MonoForwardOptions } from './forward-only/mono-forward.ts';
export { noprop, type NopropOptions } from './forward-only/noprop.ts';
export { ottt, type OtttOptions } from './forward-only/ottt.ts';
export { pepita, type PepitaOptions } from './forward-only/pepita.ts';
export { RuleError, type Rule } from './forward-only/rule.ts';
export { sltt, type SlttOptions } from './forward-only/sltt.ts';
export { stdp, type StdpOptions } from './forward-only/stdp.ts';
export { tpsgd, type LocalLoss, type TpsgdOptions } from './forward-only/tpsgd.ts';
export { zerothOrder, type ZerothOrderOptions } from './forward-only/zeroth-order.ts';
export * from './layers/index.ts';
export { observe, type Observation, type Raster } from './observe.ts';
export { inspectCheckpoint, type CheckpointInfo, type RestoreOptions } from './learner/checkpoint.ts';
export type { BatchLogs, Callbacks, EarlyStopping, FitOptions, History, Logs } from './learner/fit.ts';
export type { SampleInput } from './learner/inputs.ts';
export { Learner, type Classification, type MemoryReport } from './learner/learner.ts';
export { mergeLora } from './learner/merge-lora.ts';
export type { Json, Metadata, SaveOptions } from './learner/metadata.ts';
export type { StreamSample, TrainEvent, TrainOptions } from './learner/stream.ts';
export type { TargetInput } from './learner/targets.ts';
export type { StepResult } from './learner/trainer.ts';
export type { Weights } from './learner/weighting.ts';
export type { StoredWeight, WeightInput, WeightValues } from './learner/weights.ts';
export { absoluteError } from './losses/absolute-error.ts';
export { binaryCrossEntropy } from './losses/binary-cross-entropy.ts';
export { crossEntropy } from './losses/cross-entropy.ts';
export { huber } from './losses/huber.ts';
export type { Loss } from './losses/loss.ts';
export { squaredError } from './losses/squared-error.ts';
export { adam, type AdamOptions } from './optimizers/adam.ts';
export { adamw, type AdamwOptions } from './optimizers/adamw.ts';
export { OptimizerError } from './optimizers/error.ts';
export type { Optimizer, OptimizerOptions } from './optimizers/optimizer.ts';
export {
  cosineDecay,
  linearDecay,
  cooldownDecay,
  stepDecay,
  powerDecay,
  type CooldownDecayOptions,
  type DecayOptions,
  type Schedule,
  type StepDecayOptions,
  type PowerDecayOptions,
} from './optimizers/schedule.ts';
export { sgd, type SgdOptions } from './optimizers/sgd.ts';
export { sgdw, type SgdwOptions } from './optimizers/sgdw.ts';
export { signSgd } from './optimizers/sign-sgd.ts';
export type { Activations } from './quantization/activations.ts';
export type { Deltas } from './quantization/deltas.ts';
export { binary, type BinaryOptions } from './quantization/binary.ts';
export { converters, type ConverterOptions } from './quantization/converters.ts';
export type { PulseTrains } from './quantization/device-array.ts';
export { f32 } from './quantization/f32.ts';
export { int4, type Int4Options } from './quantization/int4.ts';
export { int8, type Int8Options } from './quantization/int8.ts';
export { pulseTrains, type PulseTrainOptions } from './quantization/pulse-trains.ts';
export type { ReplayElement, ReplayInfo } from './compile/compiled.ts';
export { replay, type Replay, type ReplayOptions } from './replay.ts';
export type { Learns } from './layers/layer.ts';
export type { Trainable } from './layers/parts/trainable.ts';
export { int8Activations, type Int8ActivationsOptions } from './quantization/int8-activations.ts';
export { int8Deltas } from './quantization/int8-deltas.ts';
export type { Hardware } from './quantization/hardware/hardware.ts';
export { hardware } from './quantization/hardware/index.ts';
export { profiles } from './quantization/profiles/index.ts';
export type { Profile, Retention, WritePulse } from './quantization/profiles/profile.ts';
export type { Converters, Storage } from './quantization/storage.ts';
export { quantizationAware, type QuantizationAwareOptions } from './quantization/quantization-aware.ts';
export { synapse, type SynapseOptions } from './quantization/synapse.ts';
export { tikiTaka, type TikiTakaOptions } from './quantization/tiki-taka.ts';
export type { Evaluation } from './tasks/host/classification.ts';
export type { Judgement, Metrics } from './tasks/host/host.ts';
export type { LabelInput } from './tasks/host/labels.ts';
export type { LabelScores, MultiLabelEvaluation } from './tasks/host/multi-label.ts';
export type { ReconstructionEvaluation } from './tasks/host/reconstruction.ts';
export type { RegressionEvaluation } from './tasks/host/regression.ts';
export type { Reward, RewardEvaluation, RewardInput } from './tasks/host/reward.ts';
export type { Scale, Standardization } from './tasks/host/scale.ts';
export type { ValuesInput } from './tasks/host/values.ts';
export * from './tasks/index.ts';
export type { Task } from './tasks/task.ts';
