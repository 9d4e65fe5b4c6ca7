// A simple recurrent layer (Elman, Cognitive Science 14, 1990): x [time, features], h_0 = 0,
//
//   h_t = f([x_t, h_{t-1}] W + b)          output h of the last time step, [units], or of all, [time, units]
//
// The weights of x and of h are one matrix of features + units rows, first those of x, so that a time step is one dense
// product and one update.
//
// It learns in one of two ways. Given `learn`, it calls it at every time step with that step's input [x_t, h_{t-1}] and
// output h_t; `update` then spends the step, nothing is kept, and memory does not grow with time. In training without
// `learn` all time steps are kept (as `inner` of what is saved), and `pull` and `update` go back through time.

import { f32_matmul } from '../../runtime/simd/kernels/f32-matmul.ts';
import { f32_matmul_bt } from '../../runtime/simd/kernels/f32-matmul-bt.ts';
import { affine, along, type Affine, type View } from '../../runtime/program/buffer.ts';
import { capacity, constant, scaled, type Dim } from '../../runtime/program/dim.ts';
import { Slice, wholeWindow, type Expression, type Tensor } from '../../runtime/program/expression.ts';
import { ProgramError } from '../../runtime/program/error.ts';
import type { Program } from '../../runtime/program/program.ts';
import type { Weight } from '../quantization/storage.ts';
import { defaultInitializer, expectActivation, throughSlope, type Activation } from './parts/activation.ts';
import { updateProduct } from './dense.ts';
import {
  expectRank,
  expectWhole,
  type ForwardOptions,
  type Layer,
  type LayerContext,
  type LayerSpec,
  type Saved,
  type WeightOptions,
} from './layer.ts';
import { Remembered } from './parts/remembered.ts';

export interface SimpleRecurrentOptions extends WeightOptions {
  /** Default `tanh`. */
  readonly activation?: Activation;
  /** Gives the output of every time step instead of the last one's. Default false. */
  readonly returnSequences?: boolean;
}

/**
 * A recurrent layer of `units` outputs.
 * @throws ShapeError (when the network is declared) if its input is not [time, features].
 */
export function simpleRecurrent(units: number, options: SimpleRecurrentOptions = {}): LayerSpec {
  const { activation = 'tanh', returnSequences = false } = options;
  const config = { units, activation, returnSequences };
  return {
    type: 'simpleRecurrent',
    name: options.name,
    config,
    outputShape(inputShape, name) {
      expectWhole(name, 'units', units);
      expectActivation(name, activation);
      expectRank(name, inputShape, 2, '[time, features]');
      return returnSequences ? [inputShape[0], units] : [units];
    },
    parameterCount: ([, features]) => (features + units + 1) * units,
    record: (p, context) => recordRecurrent(p, context, config, options),
  };
}

interface Config {
  readonly units: number;
  readonly activation: Activation;
  readonly returnSequences: boolean;
}

/** What is recorded at every time step. */
interface Cell extends Config {
  readonly name: string;
  readonly time: number;
  readonly features: number;
  readonly weight: Weight;
  readonly bias: Weight;
}

function recordRecurrent(p: Program, context: LayerContext, config: Config, options: WeightOptions): Layer {
  const {
    name,
    storage,
    inputShape: [time, features],
  } = context;
  const { units, activation } = config;
  const { initializer = defaultInitializer(activation) } = options;
  const shape = [constant(features + units), constant(units)];
  const weight = (options.storage ?? storage).weight(p, { name: `${name}/weight`, shape, initializer });
  const bias = storage.weight(p, { name: `${name}/bias`, shape: [constant(units)], initializer: 'zeros' });
  const cell: Cell = { ...config, name, time, features, weight, bias };
  /** dL/dz of all time steps: after `pull`, `update` need not go back through time again. */
  const known = new Remembered<Tensor>();

  return {
    name,
    weights: [weight, bias],
    forward: (program, x, forwardOptions) => forward(program, cell, x, forwardOptions),
    update(program, saved, delta, optimizer) {
      const { input, output } = saved;
      const isOneStep = input.shape.length === 2;
      if (isOneStep) return updateProduct(program, cell, input, throughSlope(delta, activation, output), optimizer);
      const { joints } = keptSteps(cell, saved);
      const dz = known.get(saved, delta) ?? backThroughTime(program, cell, saved, delta, null);
      updateProduct(program, cell, asSamples(joints), asSamples(dz), optimizer);
    },
    pull(program, saved, delta) {
      const pulled = tensor(program, cell, 'pulled', saved.input.shape);
      known.set(saved, delta, backThroughTime(program, cell, saved, delta, pulled));
      return pulled;
    },
  };
}

function forward(p: Program, cell: Cell, x: Tensor, { training, learn }: ForwardOptions): Saved {
  const { time, features, units, activation, weight, bias } = cell;
  const { batch } = x;
  const inputs = features + units;
  const joint = tensor(p, cell, 'joint', [batch, inputs]);
  const hidden = tensor(p, cell, 'hidden', [batch, units]);
  const joints = training && learn === undefined ? tensor(p, cell, 'joints', [batch, time, inputs]) : null;
  const outputs = cell.returnSequences || joints !== null ? tensor(p, cell, 'outputs', [batch, time, units]) : null;
  p.fill(hidden.at(0), capacity(batch) * units, 0);
  p.loop(time, (t) => {
    write(p, new Slice(x, along(t, features), [features]), joint.at(0), inputs);
    write(p, hidden, joint.at(features), inputs);
    p.call(f32_matmul({ activation, start: 'bias' }), {
      out: hidden,
      x: joint,
      weight: weight.panels(),
      bias: bias.panels(),
      batch,
      inputs,
      outputs: units,
    });
    if (joints !== null) write(p, joint, joints.at(along(t, inputs)), time * inputs);
    if (outputs !== null) write(p, hidden, outputs.at(along(t, units)), time * units);
    learn?.({ input: joint, output: hidden });
  });
  const output = cell.returnSequences && outputs !== null ? outputs : hidden;
  if (joints === null || outputs === null) return { input: x, output };
  return { input: x, output, inner: [{ input: joints, output: outputs }] };
}

/** Inputs [x_t, h_{t-1}] and outputs h_t of all time steps. */
function keptSteps({ name }: Cell, { inner }: Saved): { readonly joints: Tensor; readonly outputs: Tensor } {
  if (inner === undefined) {
    const remedy = 'record the forward pass with training and without learn';
    throw new ProgramError(`${name}: its time steps were not kept; ${remedy}`);
  }
  return { joints: inner[0].input, outputs: inner[0].output };
}

/** Records dL/dz of all time steps, the last one first, and dL/dx into `pulled` if there is one. */
function backThroughTime(p: Program, cell: Cell, saved: Saved, delta: Expression, pulled: Tensor | null): Tensor {
  const { name, time, features, units, activation, weight } = cell;
  const { joints, outputs } = keptSteps(cell, saved);
  const { batch } = joints;
  const inputs = features + units;
  const dz = tensor(p, cell, 'delta', [batch, time, units]);
  const dzNow = tensor(p, cell, 'deltaNow', [batch, units]);
  const dJoint = tensor(p, cell, 'pulledNow', [batch, inputs]);
  const dHidden = tensor(p, cell, 'carried', [batch, units]);
  const deltas = cell.returnSequences ? p.materialize(`${name}/outputDelta`, delta) : null;
  if (deltas === null) write(p, delta, dHidden.at(0), units);
  else p.fill(dHidden.at(0), capacity(batch) * units, 0);
  p.loop(time, (turn) => {
    const now = (stride: number): Affine => affine((time - 1) * stride, { index: turn, stride: -stride });
    const dOutput = deltas === null ? dHidden : dHidden.plus(new Slice(deltas, now(units), [units]));
    write(p, throughSlope(dOutput, activation, new Slice(outputs, now(units), [units])), dzNow.at(0), units);
    write(p, dzNow, dz.at(now(units)), time * units);
    p.call(f32_matmul_bt, { dx: dJoint, delta: dzNow, weight: weight.panels(), batch, inputs, outputs: units });
    write(p, new Slice(dJoint, features, [units]), dHidden.at(0), units);
    if (pulled !== null) write(p, new Slice(dJoint, 0, [features]), pulled.at(now(features)), time * features);
  });
  return dz;
}

const tensor = (p: Program, { name }: Cell, what: string, shape: readonly (Dim | number)[]): Tensor =>
  p.tensor({ name: `${name}/${what}`, shape, role: 'activation' });

/** Records a [batch, features] expression into `out`, its rows `stride` apart. */
function write(p: Program, expression: Expression, out: View, stride: number): void {
  const window = wholeWindow(expression.shape ?? []);
  p.evaluate(expression, out, window, stride, window.columns);
}

/** [batch, time, columns] as [batch * time, columns]: every time step a sample. */
function asSamples(sequence: Tensor): Tensor {
  const [batch, time, columns] = sequence.shape;
  return sequence.reshape([scaled(batch, capacity(time)), columns]);
}
