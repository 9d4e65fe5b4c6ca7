// A network: layers one after another, declared and checked before anything is recorded, then recorded into a program
// as parts. A part that learns is a unit: a layer with weights and what joins it. What stands between two units, pools,
// dropout, normalisations, is a passage: a part without weights. Local deltas begin at the end of a unit, before the
// passage.
//
// Time is the network's loop: with `steps` the layers run once for each step of a sequence, up to `last()` or `mean()`.

import { times, type Affine, type Buffer, type Quantization } from '../../runtime/program/buffer.ts';
import { capacity, constant, type Dim } from '../../runtime/program/dim.ts';
import { ProgramError } from '../../runtime/program/error.ts';
import { Tensor } from '../../runtime/program/expression.ts';
import { Bytes, Scalar } from '../../runtime/program/leaves.ts';
import type { Moment, Program } from '../../runtime/program/program.ts';
import type { RecordedActivations } from '../quantization/activations.ts';
import type { Storage } from '../quantization/storage.ts';
import { elementsOf } from '../../runtime/program/layout.ts';
import { boolean, expectThat, integer, oneOf, optional, readOptions } from '../options.ts';
import {
  describe,
  expectWhole,
  isTrained,
  ShapeError,
  type Layer,
  type LayerSpec,
  type Mode,
  type Trained,
} from './layer.ts';
import { chain, recordLayers, type ChainSaved } from './parts/chain.ts';
import { expectLayers, lastLearning, nameLayers, parametersOf, type NamedSpec } from './parts/naming.ts';
import { NOTHING } from './parts/trainable.ts';

export type { NamedSpec } from './parts/naming.ts';

/** Bytes of a word, and the largest byte. */
const [WORD, MOST] = [4, 255];

export interface NetworkSpec {
  /** Of one sample: of one step of it, where there is time and the samples are sequences. */
  readonly inputShape: readonly number[];
  /** The time steps; null without time. */
  readonly steps: number | null;
  /** Whether a sequence may have fewer steps. */
  readonly varying: boolean;
  /** Whether a sample has a time axis, or is shown as it is at every step. */
  readonly input: 'sequence' | 'still';
  /** How samples are kept: as floats, or as bytes that mean 0 to 1. */
  readonly element: 'f32' | 'u8';
  readonly layers: readonly NamedSpec[];
  readonly outputShape: readonly number[];
  readonly parameterCount: number;
}

export interface TimeOptions {
  /** Steps of a sequence: samples are [steps, ...inputShape]. Default: no time. */
  readonly steps?: number;
  /** A sequence may have fewer steps: samples are [time, ...inputShape]. Default false. */
  readonly varying?: boolean;
  /** `still`: samples are [...inputShape], shown at every step. Default `sequence`. */
  readonly input?: 'sequence' | 'still';
  /**
   * `u8`: samples come as bytes, pixels, and are planned as such; the layers read 0..255 as 0..1, a step at a time
   * where there is time. It pays for sequences; of an input that is read at once the floats stand beside the bytes for
   * as long as the first layer learns. Default `f32`.
   */
  readonly element?: 'f32' | 'u8';
}

/**
 * Layers one after another on inputs of `inputShape` (without the batch axis and without time; images are
 * [height, width, channels]).
 * @throws ShapeError naming the first layer whose input does not fit, or that is none, and an option that is not known.
 */
export function sequential(
  inputShape: readonly number[],
  layers: readonly LayerSpec[],
  options: TimeOptions = {},
): NetworkSpec {
  const { steps, varying, input, element } = readOptions('sequential', options, ShapeError, {
    steps: [optional(integer(1))],
    varying: [boolean, false],
    input: [oneOf(['sequence', 'still']), 'sequence'],
    element: [oneOf(['f32', 'u8']), 'f32'],
  });
  expectThat(Array.isArray(inputShape), 'sequential: inputShape', inputShape, 'a list, such as [784]', ShapeError);
  for (const [index, axis] of inputShape.entries()) expectWhole('sequential', `input axis ${index}`, axis);
  expectLayers('sequential', layers);
  if (varying && (steps === undefined || input === 'still')) {
    throw new ShapeError('sequential: varying is of sequences, wanted { steps } with the most there may be');
  }
  const named = nameLayers(layers, inputShape, '');
  const end = steps === undefined ? 0 : named.findIndex(({ spec }) => spec.endsTime) + 1 || named.length;
  const odd = named.slice(end).find(({ spec }) => spec.timed);
  if (odd !== undefined) {
    const where = end === 0 ? ', wanted sequential(shape, layers, { steps })' : ` behind '${named[end - 1].name}'`;
    throw new ShapeError(`${odd.name}: there is no time${where}`);
  }
  return {
    inputShape,
    steps: steps ?? null,
    varying,
    input,
    element,
    layers: named,
    outputShape: named[named.length - 1].outputShape,
    parameterCount: parametersOf(named),
  };
}

/** The shape of a sample as the host gives it. */
export const sampleShape = ({ inputShape, steps, input }: NetworkSpec): readonly number[] =>
  steps !== null && input === 'sequence' ? [steps, ...inputShape] : inputShape;

/** A part of the network: a unit, which learns, or a passage. */
export interface Part extends Layer<ChainSaved> {
  readonly layers: readonly Layer[];
  readonly learns: boolean;
  /** The last unit; where the network has the head, it gives the task's outputs. */
  readonly last: boolean;
  /** Runs at every step, where there is time. */
  readonly timed: boolean;
}

/** What is learned from. */
export interface Input {
  /** Null without time. */
  readonly steps: Dim | null;
  /** Whether it is the input, seen in any way. */
  is(x: Tensor): boolean;
  /** [batch, ...features], time included. */
  whole(p: Program): Tensor;
  /** [batch, ...features] of one step; its rows need not touch. */
  at(p: Program, at?: Moment): Tensor;
}

/**
 * Called for each part while what it saved is alive; `false` ends the walk behind it, a tensor goes on in place of the
 * output.
 */
export type Visit = (part: Part, saved: ChainSaved, mode: Mode) => Tensor | boolean | undefined;

/** As a layer it is one step: all parts, one after another. */
export interface Network extends Layer<ChainSaved> {
  readonly spec: NetworkSpec;
  /** Units and passages, in order. */
  readonly parts: readonly Part[];
  readonly units: readonly Part[];
  /** Whether there is one output for all steps; else there is one at every step. */
  readonly timeEnds: boolean;
  /**
   * Records the forward pass part by part, from rest on, those in time at every step. Local rules learn in `visit`, so
   * that nothing outlives its part or its step. Gives the output: of a network whose time does not end, in prediction
   * the mean over the steps, in training what the last step gave. A tensor is walked through as it is.
   * @throws ProgramError for a tensor where there is time.
   */
  walk(p: Program, input: Input | Tensor, mode: Mode, visit?: Visit): Tensor;
}

export interface Placing {
  readonly batch: Dim;
  readonly storage: Storage;
  /** How outputs of layers are kept; without, as floats. */
  readonly activations?: RecordedActivations | null;
  /** The outputs of the last unit, where the network has the head. */
  readonly outputs: Dim | null;
  /** What of it learns; default all. */
  readonly trainable?: Trained;
}

/** Places a network's weights in a program. */
export function recordNetwork(p: Program, spec: NetworkSpec, placing: Placing): Network {
  if (placing.trainable !== NOTHING) expectHead(spec, placing.outputs);
  const layers = recordLayers(p, spec.layers, { ...placing, inputShape: spec.inputShape, trained: true });
  const parts = partition(spec.layers, layers);
  const timeEnds = spec.layers.some(({ spec: layer }) => layer.endsTime);
  const whole = chain('network', parts);
  return {
    ...whole,
    spec,
    parts,
    units: parts.filter(({ learns }) => learns),
    timeEnds,
    walk(program, input, mode, visit) {
      if (input instanceof Tensor && spec.steps !== null) {
        throw new ProgramError(
          `the network has ${spec.steps} steps, and '${input.buffer.name}' is one: wanted an Input`,
        );
      }
      return walk(program, parts, { input, mode, visit, isOpen: !timeEnds && !mode.training });
    },
  };
}

/** @throws ShapeError where the last layer that learns cannot give one output for each of the task's. */
function expectHead({ layers }: NetworkSpec, outputs: Dim | null): void {
  const last = lastLearning(layers);
  if (last < 0) throw new ShapeError('the network has no layer with weights, so nothing could learn');
  if (outputs === null) return;
  const { name, spec } = layers[last];
  const wanted = 'wanted a layer that gives one output for each class, as dense()';
  if (spec.counted !== true) throw new ShapeError(`the network ends with '${name}', ${wanted}`);
  const behind = layers
    .slice(last + 1)
    .find(({ inputShape, outputShape }) => describe(inputShape) !== describe(outputShape));
  if (behind !== undefined) throw new ShapeError(`the network ends with '${behind.name}', ${wanted}`);
}

function partition(specs: readonly NamedSpec[], layers: readonly Layer[]): Part[] {
  const groups: Layer[][] = [];
  let mayJoin = false;
  for (const [index, layer] of layers.entries()) {
    const { joins = false, endsTime = false } = specs[index].spec;
    const learns = isTrained(layer);
    const current = groups[groups.length - 1];
    const isPassage = current?.some(isTrained) === false;
    if (joins && mayJoin) current.push(layer);
    else if (!learns && !endsTime && isPassage && !specs[index - 1].spec.endsTime) current.push(layer);
    else groups.push([layer]);
    mayJoin = learns || (joins && mayJoin);
  }
  const learning = groups.map((group) => group.some(isTrained));
  const last = learning.lastIndexOf(true);
  const end = specs.findIndex(({ spec }) => spec.endsTime);
  return groups.map((group, index) => ({
    ...chain(group[0].name, group),
    layers: group,
    learns: learning[index],
    last: index === last,
    timed: end < 0 || layers.indexOf(group[0]) <= end,
  }));
}

interface Walk {
  readonly input: Input | Tensor;
  readonly mode: Mode;
  readonly visit: Visit | undefined;
  /** The output is the mean over the steps. */
  readonly isOpen: boolean;
}

function walk(p: Program, parts: readonly Part[], { input, mode, visit, isOpen }: Walk): Tensor {
  for (const part of parts) p.unit(part.name, () => part.begin?.(p, 'forward'));
  let isDone = false;
  const pass = (of: readonly Part[], x: Tensor, at: Mode): Tensor => {
    let output = x;
    for (const part of of) {
      if (isDone) break;
      p.unit(part.name, () => {
        const saved = part.forward(p, output, at);
        const visited = visit?.(part, saved, at);
        isDone = visited === false;
        output = visited instanceof Tensor ? visited : saved.output;
      });
    }
    return output;
  };
  if (input instanceof Tensor) return pass(parts, input, mode);
  if (input.steps === null) return pass(parts, input.at(p), mode);
  const { steps } = input;
  const [timed, after] = [parts.filter((part) => part.timed), parts.filter((part) => !part.timed)];
  const here = p.place();
  let output: Tensor | null = null;
  p.time(steps, 'forward', (at) => {
    const y = pass(timed, input.at(p, at), { ...mode, at });
    if (!isOpen) output = y;
    else {
      const total = p.tensor({ name: 'answer', shape: y.shape, role: 'state' });
      here(() => p.zero(total));
      p.write(total, total.plus(y.over(new Scalar(steps))));
      output = total;
    }
  });
  return pass(after, output ?? input.at(p), mode);
}

/** Records the first values of all weights of a layer. */
export function initialize(p: Program, layers: readonly Layer[]): void {
  for (const { name, weights } of layers) p.unit(name, () => weights.forEach((weight) => weight.initialize(p)));
}

/** The same of all layers of a network. */
export const initializeParts = (p: Program, { parts }: Pick<Network, 'parts'>): void =>
  initialize(
    p,
    parts.flatMap(({ layers }) => layers),
  );

/** The port that the host fills, seen step by step; of int8 where that is how inputs are kept. */
export function recordInput(
  p: Program,
  spec: NetworkSpec,
  batch: Dim,
  { name = 'input', quantization = null }: { readonly name?: string; readonly quantization?: Quantization | null } = {},
): Input {
  const { inputShape, steps, input } = spec;
  const element = quantization === null ? spec.element : 'i8';
  const [sample, frame] = [sampleShape(spec), inputShape].map(elementsOf);
  // bytes are filled up to whole words, by which memory is counted
  const words = Math.ceil((capacity(batch) * sample) / WORD) * WORD;
  const port = p.port({
    name,
    way: 'in',
    role: 'input',
    element,
    shape: element === 'f32' ? [batch, ...sampleShape(spec)] : [words],
    ...(quantization && { quantization }),
  });
  const decoded = new Set<Buffer>();
  const seen = (program: Program, shape: readonly number[], offset: Affine | number = 0): Tensor => {
    const axes = [batch, ...shape.map(constant)];
    if (element !== 'u8') return new Tensor(port, axes, { offset, stride: constant(sample) });
    const floats = new Bytes(port, axes, sample, offset).over(MOST);
    const tensor = program.compute('input/floats', floats, { role: 'input', unit: null });
    decoded.add(tensor.buffer);
    return tensor;
  };
  const common = {
    is: ({ buffer }: Tensor) => buffer === port || decoded.has(buffer),
    whole: (program: Program) => seen(program, sampleShape(spec)),
  };
  if (steps === null) return { ...common, steps: null, at: common.whole };
  const count = spec.varying ? p.count('steps', steps) : constant(steps);
  if (input === 'still') return { ...common, steps: count, at: common.whole };
  return {
    ...common,
    steps: count,
    at: (program, at) => seen(program, inputShape, at === undefined ? 0 : times(at.turn, frame)),
  };
}
