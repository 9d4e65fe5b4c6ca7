// What stands around an array of devices: converters of so many bits at its rows and columns, with bounds, and noise of
// every reading. The bias is a row of the array. What pulls errors back through it is ideal, and weights learn from
// inputs as the array saw them first.
//
//   x <- round(clip(x / inputBound) n) inputBound / n,  y <- the same of y + readNoise N(0, 1),   n = 2^(bits - 1) - 1
//
// Of an array in tiles each has converters of its own, and what they read is added up in floats. Where bounds are
// managed, a sample of which a sum runs into its bound is read again at half the input, and its sums are doubled
// (Gokmen, Onen, Haensch, Frontiers in Neuroscience 11:538, 2017; `ITERATIVE` of IBM's kit).

import { plus, view, type Buffer, type View } from '../../runtime/program/buffer.ts';
import { constant } from '../../runtime/program/dim.ts';
import { Tensor, type Expression } from '../../runtime/program/expression.ts';
import { PerSample } from '../../runtime/program/leaves.ts';
import type { Program } from '../../runtime/program/program.ts';
import { f32_matmul_rows } from '../../runtime/simd/kernels/f32-matmul-rows.ts';
import { PANEL } from '../../runtime/simd/parts/panels.ts';
import { ConfigurationError } from '../errors.ts';
import { expectThat, finite, integer, optional, positive, readOptions } from '../options.ts';
import type { Converters, LayerProduct } from './storage.ts';

export interface ConverterOptions {
  /** Of the converters at the rows; default: inputs are not rounded. */
  readonly inputBits?: number;
  /** Inputs beyond are clipped. Default 1. */
  readonly inputBound?: number;
  /** Of the converters at the columns; default: sums are not rounded. */
  readonly outputBits?: number;
  /** Sums beyond are clipped. Default 12. */
  readonly outputBound?: number;
  /** Deviation of a sum, in units of the sum. Default 0. */
  readonly readNoise?: number;
  /** The most rows of a tile; default: one tile for all. A convolution must fit into one. */
  readonly tileRows?: number;
  /** How often a sample's input is halved at most, while one of its sums runs into `outputBound`. Default 0. */
  readonly boundManagement?: number;
}

/** Of a converter. */
const BITS = optional(integer(2, 16));

/**
 * Converters around an array of devices, for `synapse(profile, { converters })`.
 *
 * A learner refuses them with a ConfigurationError where a convolution has more rows than a tile.
 * @throws ConfigurationError for an option that is not known, bits that are none, bounds that are not above 0, a tile
 * without rows, and managed bounds where sums have none.
 */
export function converters(options: ConverterOptions): Converters {
  const all = readOptions('converters', options, ConfigurationError, {
    inputBits: [BITS],
    inputBound: [positive, 1],
    outputBits: [BITS],
    outputBound: [positive, 12],
    readNoise: [finite(0), 0],
    tileRows: [optional(integer(1))],
    boundManagement: [integer(0, 16), 0],
  });
  const { inputBits, inputBound, outputBits, outputBound, readNoise, tileRows, boundManagement } = all;
  const isManaged = boundManagement > 0 && outputBits === undefined;
  expectThat(!isManaged, 'converters: boundManagement', boundManagement, '0 without outputBits');
  const around: Around = {
    drive: (x) => (inputBits === undefined ? x : converted(x, inputBits, inputBound)),
    noisy: (p, array, sums) => (readNoise === 0 ? sums : sums.plus(noise(p, array, sums, readNoise))),
    sense: (read) => (outputBits === undefined ? read : converted(read, outputBits, outputBound)),
    bound: outputBound,
    halvings: boundManagement,
  };
  return {
    name: `converters ${JSON.stringify({ ...all, boundManagement: boundManagement || undefined })}`,
    product(p, { product, ...of }) {
      const array = { ...of, product: { ...product, activation: 'identity' } } as const;
      const isOne = tileRows === undefined || array.rows <= tileRows;
      const { input, sums } = isOne ? read(p, around, array) : inTiles(p, around, array, tileRows);
      return { input, output: p.compute(`${array.name}/output`, sums.map(array.activation)) };
    },
  };
}

/** The converters of one tile. */
interface Around {
  drive(x: Expression): Expression;
  noisy(p: Program, array: LayerProduct, sums: Tensor): Expression;
  sense(read: Expression): Expression;
  readonly bound: number;
  readonly halvings: number;
}

interface Read {
  readonly input: Tensor;
  readonly sums: Expression;
}

/** One tile. */
function read(p: Program, around: Around, array: LayerProduct): Read {
  const { name, x, shape, product, multiply } = array;
  const { drive, noisy, sense, bound, halvings } = around;
  const input = p.compute(`${name}/driven`, drive(x));
  const sums = p.tensor({ name: `${name}/sums`, shape, role: 'activation' });
  multiply(product, input, sums);
  if (halvings === 0) return { input, sums: sense(noisy(p, array, sums)) };
  const factor = p.tensor({ name: `${name}/factor`, shape: [x.batch, 1], role: 'activation' });
  const ofSample = (): PerSample => new PerSample(factor.buffer);
  p.write(factor, 1);
  p.loop(halvings, () => {
    const inside = noisy(p, array, sums).map('abs').less(bound);
    const beyond = p.rowSum(`${name}/beyond`, inside.times(-1).plus(1));
    p.when(anyOf(p, `${name}/any`, beyond.values), { atLeast: 1 }, () => {
      p.write(factor, factor.times(beyond.where(2, 1)));
      const halved = p.tensor({ name: `${name}/halved`, shape: x.shape, role: 'activation' });
      const offset = product.start === 'bias' ? biasSums(p, array, halved) : null;
      p.write(halved, drive(x.over(ofSample())));
      multiply(product, halved, sums);
      if (offset !== null) p.write(sums, sums.minus(offset.minus(offset.over(ofSample()))));
    });
  });
  return { input, sums: sense(noisy(p, array, sums)).times(ofSample()) };
}

/** What the array gives of nothing, by an input in place: its row of the bias, which is halved with the others. */
function biasSums(p: Program, { name, shape, product, multiply }: LayerProduct, nothing: Tensor): Tensor {
  const sums = p.tensor({ name: `${name}/biasSums`, shape, role: 'activation' });
  p.zero(nothing);
  multiply(product, nothing, sums);
  return sums;
}

/** How many there are of all samples. A float that counts something is as bits at least 1, and one of nothing is 0. */
function anyOf(p: Program, name: string, counts: Buffer): View {
  return view(p.rowSum(name, new Tensor(counts, [constant(1), counts.shape[0]])).values);
}

/** Tile by tile; the bias is a row of the first. */
function inTiles(p: Program, around: Around, array: LayerProduct, tileRows: number): Read {
  const { name, x, rows, shape, product } = array;
  if (array.integer !== 'i8_matmul') {
    const wanted = `wanted converters whose tileRows are at least that, got ${tileRows}`;
    throw new ConfigurationError(`converters: '${name}' slides over its input and has ${rows} rows, ${wanted}`);
  }
  const { weight, bias, ...operands } = array.operands;
  const total = p.tensor({ name: `${name}/total`, shape, role: 'activation' });
  for (let from = 0; from < rows; from += tileRows) {
    const inputs = Math.min(tileRows, rows - from);
    const start = from === 0 ? product.start : 'zero';
    const tile = { ...operands, ...(start === 'bias' && { bias }), inputs, pitch: rows };
    const { sums } = read(p, around, {
      ...array,
      name: `${name}/tile_${from / tileRows + 1}`,
      x: x.columns(from, inputs),
      product: { ...product, start },
      multiply: (form, driven, out) =>
        p.call(f32_matmul_rows(form), {
          ...tile,
          out,
          x: driven,
          weight: view(weight.buffer, plus(weight.offset, from * PANEL)),
        }),
    });
    p.write(total, from === 0 ? sums : total.plus(sums));
  }
  return { input: p.compute(`${name}/driven`, around.drive(x)), sums: total };
}

function converted(value: Expression, bits: number, bound: number): Expression {
  const steps = 2 ** (bits - 1) - 1;
  const share = value.over(bound).min(1).max(-1);
  return share
    .times(steps)
    .plus(0.5)
    .map('floor')
    .times(bound / steps);
}

/** In training each sample its own; an answer must depend on no neighbour. */
const noise = (
  p: Program,
  { name, mode: { training, at } }: LayerProduct,
  { shape }: Tensor,
  scale: number,
): Expression =>
  p.drawn(`${name}/readNoise`, shape, {
    kind: 'normal',
    scale,
    each: 'step',
    per: training ? 'sample' : 'batch',
    at,
  });
