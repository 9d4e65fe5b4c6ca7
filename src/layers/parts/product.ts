// Layers that multiply by weights: y = f(x * W + b), whatever * is. What such a layer says is its product forward, the
// kernel that takes a delta back through it, and where its weights learn; how inputs and outputs are kept, and what
// stands around the weights, is decided here.

import type { Dim } from '../../../runtime/program/dim.ts';
import type { Expression, Operand, Tensor } from '../../../runtime/program/expression.ts';
import type { Program } from '../../../runtime/program/program.ts';
import type { Kernel, Parameters } from '../../../runtime/simd/kernel.ts';
import type { Product } from '../../../runtime/simd/parts/product.ts';
import type { Weights } from '../../quantization/site.ts';
import type { IntegerProduct, LearnSite, Reading } from '../../quantization/storage.ts';
import { seen, type Back, type Layer, type LayerContext } from '../layer.ts';
import { activate, throughSlope, type Activation } from './activation.ts';
import { biasOf, listed, operandsOf, productOf } from './weights.ts';

export type ProductOperands = Readonly<Record<string, Operand | Tensor>> & { readonly out: Tensor; readonly x: Tensor };

export interface ProductSpec {
  readonly pair: Weights;
  readonly activation: Activation;
  /** Of an output, without the batch axis. */
  readonly outputShape: readonly (Dim | number)[];
  /** What the kernels ask for beside batch and operands. */
  readonly sizes: Readonly<Record<string, Operand>>;
  /** Records the product in floats. */
  multiply(p: Program, product: Product, operands: ProductOperands): void;
  /** The kernel of the one in integers. */
  readonly integer: IntegerProduct;
  /** The kernel that makes dx of dz. */
  pull(to: Back): (reading: Reading) => Kernel<Parameters>;
  /** Where the weights learn, from what they see of the input, and dz. */
  site(x: Tensor, dz: Expression): LearnSite;
}

export function productLayer(p: Program, context: LayerContext, type: string, spec: ProductSpec): Layer {
  const { name, activations } = context;
  const { pair, activation, sizes } = spec;
  const { weight } = pair;
  const product = productOf(pair, activation);
  const isAnswer = context.outputs !== null;
  const around = weight.converters?.product ?? activations?.product(p, name, weight.reading, isAnswer);

  return {
    name,
    type,
    weights: listed(pair),
    forward(q, x, mode) {
      const shape = [x.batch, ...spec.outputShape];
      const operands = { ...operandsOf(q, weight), ...biasOf(pair), batch: x.batch, ...sizes };
      const multiply = (form: Product, from: Tensor, out: Tensor): void =>
        spec.multiply(q, form, { out, x: from, ...operands });
      const floats = (fill: (out: Tensor) => void): Tensor => {
        const out = q.tensor({ name: `${name}/output`, shape, role: 'activation' });
        fill(out);
        activate(q, activation, out);
        return out;
      };
      if (around) {
        const [{ rows }, { integer }] = [weight, spec];
        return around(q, { name, x, rows, shape, mode, product, activation, operands, integer, multiply, floats });
      }
      const input = q.materialize(`${name}/input`, x);
      return { input, output: floats((out) => multiply(product, input, out)) };
    },
    back(q, { input, output }, delta, to) {
      const dz = throughSlope(delta, activation, output, to);
      const x = seen(input, to);
      const learn = (from: Expression): void =>
        to.sink?.learn(q, { ...spec.site(x, from), ...activations?.deltas?.[type]?.(pair, x, from, sizes) });
      if (to.pull !== true) {
        learn(dz);
        return null;
      }
      const whole = q.materialize(`${name}/dz`, dz);
      const dx = q.tensor({ name: `${name}/dx`, shape: input.shape, role: 'activation' });
      const kernel = spec.pull(to)(weight.reading);
      q.call(kernel, { dx, dz: whole, ...operandsOf(q, weight), batch: input.batch, ...sizes });
      learn(whole);
      return dx;
    },
  };
}
