// Embeddings of labels: the numbers u_c in which a class c is told, for rules that noise them and find them again.
//
//   oneHot      u_c = e_c
//   learned     u_c descends on the cross-entropy of softmax_c(z u_c), z = u_y + eps / 10,  eps ~ N(0, I)
//   prototype   u_c <- u_c + (mean over the batch of x - u_c for its own samples) / 2: what a sample of the class is
//
// What is no one-hot code is a unit of its own, `embedding`. It learns from samples and labels alone.

import { capacity, constant, type Dim } from '../../../runtime/program/dim.ts';
import type { Expression, Tensor } from '../../../runtime/program/expression.ts';
import { Scalar } from '../../../runtime/program/leaves.ts';
import { elementsOf } from '../../../runtime/program/layout.ts';
import type { Program } from '../../../runtime/program/program.ts';
import { dense } from '../../layers/dense.ts';
import { pulled, type Layer, type Saved } from '../../layers/layer.ts';
import type { Network } from '../../layers/network.ts';
import { gradientKernels } from '../../layers/parts/gradient-kernels.ts';
import type { Optimizer } from '../../optimizers/optimizer.ts';
import { sgd } from '../../optimizers/sgd.ts';
import type { Initializer } from '../../quantization/initializer.ts';
import { f32 } from '../../quantization/f32.ts';
import { accumulate } from '../../quantization/sink.ts';
import type { RuleContext } from '../rule.ts';
import { softmax } from './softmax.ts';

export const embeddings = ['oneHot', 'learned', 'prototype'] as const;
export type EmbeddingName = (typeof embeddings)[number];

export interface Embedding {
  /** How many numbers tell a class. */
  readonly size: Dim;
  /** u_y of each sample: [batch, size]. */
  label(p: Program): Expression;
  /** u, the mean of all u_c by the share of each, [batch, outputs]; and from dL/du dL/d(shares). */
  mean(p: Program, shares: Tensor): { readonly u: Expression; back(delta: Expression): Expression };
  /** Records what changes it in a step. */
  learn(p: Program): void;
}

/** Of the deviation of z around the label. */
const NOISE = 0.1;
const UNIT = 'embedding';

/** The optimisers an embedding takes beside the rule's first. */
export const embeddingOptimizers = (kind: EmbeddingName): Record<string, Optimizer> =>
  kind === 'prototype' ? { prototypes: sgd(0.5) } : {};

/** `size`: the numbers of a class, where they are learned. */
export function embed(kind: EmbeddingName, size: number, network: Network, context: RuleContext): Embedding {
  const { task } = context;
  if (kind === 'learned') return learned(context, size);
  if (kind === 'prototype') return prototypes(context, elementsOf(network.spec.inputShape));
  return {
    size: task.outputs,
    label: () => task.encode(),
    mean: (_, shares) => ({ u: shares, back: (delta) => delta }),
    learn() {},
  };
}

/** Rows u_c, read by products: a class is a one-hot row, a mean a row of shares. */
interface Table extends Pick<Embedding, 'size' | 'label' | 'mean'> {
  readonly layer: Layer;
  read(p: Program, shares: Expression): Saved;
  /** x u_c of each class. */
  compare(p: Program, read: Saved, x: Expression): Tensor;
}

function table({ own, batch, task }: RuleContext, size: number, initializer: Initializer): Table {
  const most = capacity(task.outputs);
  const layer = own(UNIT, dense(size, { bias: false, storage: f32, initializer }), { name: 'table', like: [most] });
  const read = (p: Program, shares: Expression): Saved => {
    const x = p.tensor({ name: `${UNIT}/shares`, role: 'activation', shape: [batch, most] });
    p.write(x, shares);
    return layer.forward(p, x, { training: true });
  };
  const compare = (p: Program, saved: Saved, x: Expression): Tensor => {
    const all = pulled(p, layer, saved, x, { training: true, kernels: gradientKernels });
    return p.compute(`${UNIT}/compared`, p.materialize(`${UNIT}/all`, all).columns(0, task.outputs));
  };
  return {
    layer,
    read,
    compare,
    size: constant(size),
    label: (p) => read(p, task.encode()).output,
    mean(p, shares) {
      const saved = read(p, shares);
      return { u: saved.output, back: (delta) => compare(p, saved, delta) };
    },
  };
}

function learned(context: RuleContext, size: number): Embedding {
  const { batch, samples, weight, task, sink } = context;
  const { layer, read, compare, ...embedding } = table(context, size, 'lecun');
  const learn = (p: Program): void => {
    const to = { training: true, sink: accumulate(p, sink()) };
    const own = read(p, task.encode());
    const eps = p.drawn(`${UNIT}/eps`, [batch, size], { kind: 'normal', each: 'step', per: 'sample' });
    const z = p.compute(`${UNIT}/z`, own.output.plus(eps.times(NOISE)));
    const says = softmax(p, `${UNIT}/says`, compare(p, own, z));
    const off = read(p, says.minus(task.encode()).times(weight).over(new Scalar(samples)));
    // each u_c that z is compared with, and u_y in z
    layer.back(p, off, z, to);
    layer.back(p, own, off.output, to);
    to.sink.spend(p);
  };
  return { ...embedding, learn: (p) => p.unit(UNIT, () => learn(p)) };
}

function prototypes(context: RuleContext, size: number): Embedding {
  const { input, batch, samples, weight, task, sink } = context;
  const { layer, read, compare: _, ...embedding } = table(context, size, 'zeros');
  const learn = (p: Program): void => {
    const own = read(p, task.encode());
    const off = own.output.minus(input.at(p).reshape([batch, size]));
    const to = { training: true, sink: sink('prototypes') };
    layer.back(p, own, off.times(weight).over(new Scalar(samples)), to);
  };
  return { ...embedding, learn: (p) => p.unit(UNIT, () => learn(p)) };
}
