// The forward pass of layers with a product: in integers where what comes in, or is to go out, is kept as int8 and the
// weight is too; else in floats.

import { view } from '../../../runtime/program/buffer.ts';
import type { Dim } from '../../../runtime/program/dim.ts';
import type { Operand, Tensor } from '../../../runtime/program/expression.ts';
import type { Program } from '../../../runtime/program/program.ts';
import { isCheap } from '../../../runtime/simd/parts/activate.ts';
import type { Product } from '../../../runtime/simd/parts/product.ts';
import type { Weights } from '../../quantization/site.ts';
import type { LayerContext, Mode, Saved } from '../layer.ts';
import { activate, type Activation } from './activation.ts';
import { biasOf, operandsOf, productOf } from './weights.ts';

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
  /** The one in integers. */
  readonly integer: 'i8_matmul' | 'i8_conv2d' | 'i8_depthwise_conv2d';
}

export function forwardProduct(p: Program, { name, activations, outputs }: LayerContext, spec: ProductSpec) {
  const { pair, activation, sizes } = spec;
  const { weight } = pair;
  const { element, scaled, sign = false } = weight.reading;
  const whole = scaled && !sign && (element === 'i8' || element === 'i4') ? element : null;
  const taken = activations?.place(p, `${name}/input`) ?? null;
  // what gives the answers gives them as floats
  const kept = outputs === null ? (activations?.place(p, `${name}/output`) ?? null) : null;
  const product = productOf(pair, activation);

  return (program: Program, given: Tensor, { training, at }: Mode): Saved => {
    const shape = [given.batch, ...spec.outputShape];
    const floats = (): Tensor => program.tensor({ name: `${name}/output`, shape, role: 'activation' });
    const common = { ...operandsOf(program, weight), ...biasOf(pair), batch: given.batch, ...sizes };
    if (weight.converters !== undefined) {
      const plain: Product = { ...product, activation: 'identity' };
      const { input, sums } = weight.converters.product(program, {
        ...{ name, x: given, rows: weight.rows, shape, training, at, product: plain },
        record: (x, out) => spec.multiply(program, plain, { out, x, ...common }),
        ...(spec.integer === 'i8_matmul' && { matrix: common }),
      });
      const output = floats();
      program.write(output, sums.map(activation));
      return { input, output };
    }
    const isKept = given.buffer.quantization !== null && given.touches;
    const input = isKept || whole === null ? given : (taken?.keep(program, given, training) ?? given);
    const { quantization } = input.buffer;
    if (quantization === null || whole === null) {
      const x = program.materialize(`${name}/input`, input);
      const output = floats();
      spec.multiply(program, product, { out: output, x, ...common });
      activate(program, activation, output);
      return { input: x, output: kept?.keep(program, output, training) ?? output };
    }
    const { scale, zero, kernels } = quantization;
    const integer = { activation: product.activation, start: product.start, element: whole };
    const operands = { x: input, xScale: view(scale), xZero: view(zero), ...common };
    if (kept !== null && isCheap(activation)) {
      const output = kept.tensor(program, shape);
      kept.fill(program, training, (form, more) =>
        program.call(kernels[spec.integer]({ ...integer, output: form }), { out: output, ...operands, ...more }),
      );
      return { input, output };
    }
    const output = floats();
    program.call(kernels[spec.integer]({ ...integer, output: 'f32' }), { out: output, ...operands });
    activate(program, activation, output);
    return { input, output: kept?.keep(program, output, training) ?? output };
  };
}
