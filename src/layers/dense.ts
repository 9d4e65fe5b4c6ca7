// A fully connected layer: y = f(x W + b), x [inputs], y [units].
//
// The delta is evaluated for a group of columns at a time, and spent at once: neither delta nor gradient is a buffer.

import { f32_matmul } from '../../runtime/simd/kernels/f32-matmul.ts';
import { f32_sum_rows } from '../../runtime/simd/kernels/f32-sum-rows.ts';
import { view } from '../../runtime/program/buffer.ts';
import { constant, toDim } from '../../runtime/program/dim.ts';
import type { Expression, Tensor } from '../../runtime/program/expression.ts';
import { paddedColumns, type Program } from '../../runtime/program/program.ts';
import type { RecordedOptimizer } from '../optimizers/optimizer.ts';
import type { Weight } from '../quantization/storage.ts';
import { defaultInitializer, expectActivation, throughSlope, type Activation } from './parts/activation.ts';
import { expectRank, expectWhole, type Layer, type LayerContext, type LayerSpec, type WeightOptions } from './layer.ts';

export interface DenseOptions extends WeightOptions {
  /** Default `identity`: the outputs are logits. */
  readonly activation?: Activation;
}

/** The weights of a product, with the name of their layer. */
interface Product {
  readonly name: string;
  readonly weight: Weight;
  readonly bias: Weight;
}

/** Columns of delta that exist at a time: eight panels, 16 KiB at batch 64, which stay in the first-level cache. */
const GROUP = 64;

/**
 * A dense layer of `units` outputs.
 * @throws ShapeError (when the network is declared) if its input is not one axis.
 */
export function dense(units: number, options: DenseOptions = {}): LayerSpec {
  const { activation = 'identity' } = options;
  const config = { units, activation };
  return {
    type: 'dense',
    name: options.name,
    config,
    outputShape(inputShape, name) {
      expectWhole(name, 'units', units);
      expectActivation(name, activation);
      expectRank(name, inputShape, 1, '[features]: put flatten() before it');
      return [units];
    },
    parameterCount: ([inputs]) => (inputs + 1) * units,
    record: (p, context) => recordDense(p, context, config, options),
  };
}

interface Config {
  readonly units: number;
  readonly activation: Activation;
}

function recordDense(p: Program, context: LayerContext, { units, activation }: Config, options: DenseOptions): Layer {
  const {
    name,
    inputShape: [inputs],
    outputs,
    storage,
  } = context;
  const { initializer = defaultInitializer(activation) } = options;
  const stored = options.storage ?? storage;
  const columns = outputs ?? constant(units);
  const weight = stored.weight(p, { name: `${name}/weight`, shape: [constant(inputs), columns], initializer });
  const bias = storage.weight(p, { name: `${name}/bias`, shape: [columns], initializer: 'zeros' });

  return {
    name,
    weights: [weight, bias],
    forward(program, x, { learn }) {
      const output = program.tensor({ name: `${name}/output`, shape: [x.batch, columns], role: 'activation' });
      program.call(f32_matmul({ activation, start: 'bias' }), {
        out: output,
        x,
        weight: weight.panels(),
        bias: bias.panels(),
        batch: x.batch,
        inputs,
        outputs: columns,
      });
      const saved = { input: x, output };
      learn?.(saved);
      return saved;
    },
    update(program, { input, output }, delta, optimizer) {
      updateProduct(program, { name, weight, bias }, input, throughSlope(delta, activation, output), optimizer);
    },
    pull(program, { input, output }, delta, { f32_matmul_bt }) {
      const dz = program.materialize(`${name}/delta`, throughSlope(delta, activation, output));
      const dx = program.tensor({ name: `${name}/pulled`, shape: input.shape, role: 'activation' });
      program.call(f32_matmul_bt, {
        dx,
        delta: dz,
        weight: weight.panels(),
        batch: input.batch,
        inputs,
        outputs: columns,
      });
      return dx;
    },
  };
}

/** Records the update of the weights of z = x W + b from dL/dz, x [inputs]. */
export function updateProduct(
  p: Program,
  { name, weight, bias }: Product,
  x: Tensor,
  dz: Expression,
  optimizer: RecordedOptimizer,
): void {
  const { batch } = x;
  p.columnGroups(weight.columns, GROUP, (first, columns) => {
    const deltaStride = paddedColumns(columns);
    const delta = p.buffer({ name: `${name}/delta`, role: 'scratch', shape: [batch, constant(deltaStride)] });
    const window = { rows: batch, columns: toDim(columns), first, sample: null };
    p.evaluate(dz, view(delta), window, deltaStride, deltaStride);
    const factors = { x: x.at(0), delta: view(delta), batch, deltaStride, first, columns };
    weight.updateByFactors(p, factors, optimizer);
    const gradient = p.buffer({ name: `${name}/gradient`, role: 'scratch', shape: [constant(deltaStride)] });
    // at capacity: the delta of classes that are still to come is zero, and so is their gradient
    p.call(f32_sum_rows({ accumulate: false }), {
      out: gradient,
      x: delta,
      scale: 1,
      rows: batch,
      columns: deltaStride,
      stride: deltaStride,
    });
    bias.updateByGradient(p, view(gradient), { first, columns }, optimizer);
  });
}
