// What writers of rules, layers, storages and optimisers need: `onward/author`. The recorder, its expressions, the
// contracts, and the parts that the rules here are made of.

export { analyse, type Locality, type Proof } from '../runtime/program/analyse.ts';
export { along, type Affine, type Buffer, type LoopIndex, type View } from '../runtime/program/buffer.ts';
export { capacity, constant, fixed, type Dim } from '../runtime/program/dim.ts';
export { Tensor, type Expression, type Operand } from '../runtime/program/expression.ts';
export { Constant, OneHot, PerFeature, PerSample, Scalar } from '../runtime/program/leaves.ts';
export type { Condition } from '../runtime/program/op.ts';
export type { BufferSpec, DrawOptions, Moment, PortSpec, Program } from '../runtime/program/program.ts';
export { kernel, family, f32 as f32Parameter, i32 as i32Parameter, size, type Kernel } from '../runtime/simd/kernel.ts';
export { f32_matmul } from '../runtime/simd/kernels/f32-matmul.ts';
export { recordLearner, type Recorded } from './compile/record.ts';
export { defineRule } from './forward-only/parts/define-rule.ts';
export { drawnClass } from './forward-only/parts/drawn-class.ts';
export { eachStep } from './forward-only/parts/each-step.ts';
export { layerwise, type Layerwise } from './forward-only/parts/layerwise.ts';
export { softmax } from './forward-only/parts/softmax.ts';
export { Tape } from './forward-only/parts/tape.ts';
export { traces } from './forward-only/parts/traces.ts';
export {
  ALL_TASKS,
  always,
  LOCAL,
  LOCKED,
  TARGET_TASKS,
  type Action,
  type Course,
  type OwnOptions,
  type RuleContext,
  type RuleDefinition,
  type Run,
  type Stage,
} from './forward-only/rule.ts';
export {
  expectNumber,
  expectRank,
  expectWhole,
  needed,
  pulled,
  seen,
  type Back,
  type Layer,
  type LayerContext,
  type Memory,
  type Mode,
  type Saved,
} from './layers/layer.ts';
export {
  boolean,
  finite,
  integer,
  keyOf,
  oneOf,
  optional,
  positive,
  readOptions,
  text,
  type Kind,
  type Table,
} from './options.ts';
export type { Input, Network, Part } from './layers/network.ts';
export { gradientKernels, type GradientKernels } from './layers/parts/gradient-kernels.ts';
export { biasOf, listed, operandsOf, productOf, weightsOf } from './layers/parts/weights.ts';
export { weightless, type Weightless } from './layers/parts/weightless.ts';
export type { Word } from './layers/word.ts';
export { anOptimizer, optimizer, type Advance, type RecordedOptimizer, type Update } from './optimizers/optimizer.ts';
export { accumulate, spending, type Accumulator, type Sink } from './quantization/sink.ts';
export { gradientSite, knownSite, productSite } from './quantization/site.ts';
export type {
  Factors,
  Gradient,
  LearnSite,
  Part as WeightPart,
  Piece,
  Reading,
  Weight,
  WeightSpec,
} from './quantization/storage.ts';
export type { Loss, Scored, Scoring, Target } from './losses/loss.ts';
export type { Judged, Outcome, Projection, RecordedTask } from './tasks/task.ts';
