// What a layer is. Declaring one gives a spec that checks shapes; recording it into a program gives a layer that can
// record one step of its forward pass, and one walk back: the delta of its input where a rule asks for it, and what its
// weights learn. A unit, a block and the network are layers too.
//
// A delta is dL/d(output): an expression, not a buffer. The layer multiplies the slope of its activation itself.

import type { Dim } from '../../runtime/program/dim.ts';
import type { Expression, Tensor } from '../../runtime/program/expression.ts';
import type { Moment, Program } from '../../runtime/program/program.ts';
import type { LayerActivations } from '../quantization/activations.ts';
import type { Initializer } from '../quantization/initializer.ts';
import type { Sink } from '../quantization/sink.ts';
import type { Storage, Weight } from '../quantization/storage.ts';
import {
  completed,
  expectIs,
  expectOptions,
  finite,
  integer,
  optional,
  readOptions,
  text,
  type Exactly,
  type Table,
  type Values,
} from '../options.ts';
import type { GradientKernels } from './parts/gradient-kernels.ts';

/** Thrown when a network is declared whose shapes do not fit; names the layer, what came and what was wanted. */
export class ShapeError extends Error {
  override name = 'ShapeError';
}

/**
 * What a forward pass leaves for learning from it: tensors, Saveds and lists of them, nothing else, so that a tape can
 * keep any layer's.
 */
export interface Saved {
  readonly input: Tensor;
  readonly output: Tensor;
}

export interface Mode {
  /** Dropout and noise are active. */
  readonly training: boolean;
  /** The time step, where there is time. */
  readonly at?: Moment;
}

export interface Back extends Mode {
  /** Where updates go; without one, nothing learns. */
  readonly sink?: Sink;
  /** dL/d(input) is wanted. */
  readonly pull?: boolean;
  /**
   * The kernels that pull through products and pools, `gradientKernels`: a rule that never pulls does not bundle them.
   * Elementwise layers need none.
   */
  readonly kernels?: GradientKernels;
  /** The slopes of activations count as 1, so that silent units learn too. */
  readonly straightThrough?: boolean;
  /** Through time: what a later step handed back is taken, and handed on; begun by `begin(p, 'back')`. */
  readonly through?: boolean;
  /** A weight learns from a trace of its input: what of it the neurons behind it remember; null where none are. */
  readonly trace?: (x: Tensor, memory?: Memory | null) => Tensor;
}

/** What neurons remember of what came in. */
export interface Memory {
  /** What is left after a step of each low-pass between input and potential, the first one first. */
  readonly decays: readonly number[];
  /** Of a threshold that adapts: ds/du, what a spike adds to it, and what of that is left after a step. */
  readonly adapts?: { readonly slope: Expression; readonly adaptation: number; readonly decay: number };
}

export interface Layer<S extends Saved = Saved> {
  readonly name: string;
  readonly type: string;
  readonly weights: readonly Weight[];
  /** Of neurons, at the step that was saved. */
  memory?(saved: Saved): Memory;
  /** Records that what it carries from step to step is at rest; or, going back, what is handed from step to step. */
  begin?(p: Program, way: 'forward' | 'back'): void;
  /** Records one step. */
  forward(p: Program, x: Tensor, mode: Mode): S;
  /**
   * Records one walk back: pulls first, as that reads the weights of the forward pass, then learns. Null unless `pull`.
   */
  back(p: Program, saved: S, delta: Expression, to: Back): Expression | null;
}

/** All of a layer, its biases alone, or a share of its outputs: the first of them, in groups of eight. */
export type Learns = boolean | 'bias' | { readonly channels: number };

/** As layers are asked while they are recorded: those inside another learn as it does, unless they are named. */
export interface Trained {
  of(name: string, type: string): Learns | undefined;
  readonly rest: Learns;
}

export interface LayerContext {
  readonly name: string;
  /** Of one step, without the batch axis. */
  readonly inputShape: readonly number[];
  /**
   * The task's outputs, for the layer that gives them and what stands behind it; otherwise its own number of outputs.
   */
  readonly outputs: Dim | null;
  readonly batch: Dim;
  readonly storage: Storage;
  /** How outputs are kept; without, as floats. */
  readonly activations?: LayerActivations | null;
  readonly trained: boolean;
  /** What of it, and of layers in it, learns; default all. */
  readonly trainable?: Trained;
}

/** What every layer can be told. */
export interface LayerOptions {
  /** Default: the type with a number, `dense_1`. */
  readonly name?: string;
}

/** What every layer with weights can be told. */
export interface WeightOptions extends LayerOptions {
  /** First values of the weights. Default `he` for relu, leakyRelu and elu, `lecun` for the other activations. */
  readonly initializer?: Initializer;
  /** How the weights are stored (biases: as float). Default: the network's storage. */
  readonly storage?: Storage;
  /** Default true. */
  readonly bias?: boolean;
  /** False: the weights keep their first values under every rule. Default true. */
  readonly trained?: boolean;
}

/** A declared layer: plain, checkable, not yet in any program. */
export interface LayerSpec {
  readonly type: string;
  /** A name of the user's; otherwise the type with a number. */
  readonly name?: string;
  /**
   * What makes the layer what it is: two layers with equal `config` can exchange checkpoints. First the arguments of
   * the function that declares it, in order, then its options, so that it can be declared again.
   */
  readonly config: Readonly<Record<string, unknown>>;
  /** Its outputs may follow a run-time count: one output for each class. */
  readonly counted?: boolean;
  /** Learns with the layer before it, as the nonlinearity of its product; local deltas begin behind it. */
  readonly joins?: boolean;
  /** Carries something from step to step, or reads the time: there is none in a network without, nor behind its end. */
  readonly timed?: boolean;
  /** Time ends here: layers before it run at every step, layers behind it once. */
  readonly endsTime?: boolean;
  /** @throws ShapeError naming the layer. */
  outputShape(inputShape: readonly number[], name: string): readonly number[];
  /** The number of values that learning may change. */
  parameterCount(inputShape: readonly number[]): number;
  record(p: Program, context: LayerContext): Layer;
}

/** Whether an update changes any of its weights. */
export const isTrained = ({ weights }: Layer): boolean => weights.some(({ trained }) => trained);

/** The shape of what a layer without weights keeps from step to step: that of its input. */
export const keptShape = ({ batch, inputShape, outputs }: LayerContext): readonly (Dim | number)[] =>
  outputs === null ? [batch, ...inputShape] : [batch, outputs];

/** Asks for the delta of the input, and has it. */
export function pulled(p: Program, layer: Layer, saved: Saved, delta: Expression, to: Omit<Back, 'pull'>): Expression {
  const below = layer.back(p, saved, delta, { ...to, pull: true });
  if (below === null) throw new RangeError(`${layer.name} gave no delta of its input`);
  return below;
}

/** What a weight learns from. */
export const seen = (input: Tensor, { trace }: Back): Tensor => trace?.(input) ?? input;

/** The gradient kernels, for a layer that cannot do without. */
export function needed(name: string, { kernels }: Back): GradientKernels {
  if (kernels !== undefined) return kernels;
  throw new RangeError(`${name}: a delta goes through it, so the rule must give gradientKernels`);
}

export const describe = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

/** Refuses an input of another rank. */
export function expectRank(name: string, inputShape: readonly number[], rank: number, axes: string): void {
  if (inputShape.length !== rank) {
    throw new ShapeError(`${name}: got an input of shape ${describe(inputShape)}, wanted ${axes}`);
  }
}

/** Refuses an option that is not a whole number of at least `least`. */
export function expectWhole(name: string, option: string, value: number, least = 1): void {
  expectIs(`${name}: ${option}`, value, integer(least), ShapeError);
}

/** Refuses an option that is not a finite number of at least `least` and below `end`. */
export function expectNumber(name: string, option: string, value: number, least = -Infinity, end = Infinity): void {
  expectIs(`${name}: ${option}`, value, finite(least, end), ShapeError);
}

type Own<Options> = Omit<Options, 'name'>;

interface Named {
  readonly name: string | undefined;
  /** @throws ShapeError for an option that is not what it must be, by the name that the layer has in a network. */
  check(layer: string): void;
}

/**
 * Reads the options of a layer, by a table of those beside its name.
 * @throws ShapeError for an option that is not known, or a name that is no text.
 */
export function readLayer<Options extends LayerOptions, const Of extends Table<Own<Options>>>(
  type: string,
  given: Options,
  table: Exactly<Own<Options>, Of>,
): Values<Own<Options>, Of> & Named {
  expectOptions(type, given, ['name', ...Object.keys(table)], ShapeError);
  const { name, ...own } = given;
  expectIs(`${type}: name`, name, optional(text), ShapeError);
  const check = (layer: string): void => void readOptions<Own<Options>, Of>(layer, own, ShapeError, table);
  return { ...completed<Own<Options>, Of>(own, table), name, check };
}

/** The name among the options of a layer that has no others. */
export const nameOf = (type: string, options: LayerOptions): string | undefined => readLayer(type, options, {}).name;
