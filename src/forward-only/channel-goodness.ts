// Channel goodness: the channels of a layer stand in one group for each class that the network is declared with, and
// the goodness of a class is how active its group is. Each hidden layer learns by the cross-entropy of that, without
// weights of its own and without negative samples. No layer waits for another one.
//
//   H = f(x W + b);   g_c = mean of H, or of H^2, over the channels of group c and all positions
//   L = CE(softmax g, y*);   what goes on: H with mean 0 and variance 1 in each group;   output layer: its own loss
//
// The mean is gone from what goes on, and the variance, so no layer sees the goodness of the one in front of it.
// Channel k of K is of class floor(k C / K), so groups need not be equal. The answer is the sum of all g and the
// output, or the output alone; a class that was added later has no group, so the output alone knows it.
//
// Sources: Sun, Zhang, He, Yan, Xiang: DeeperForward. ICLR (2025). Papachristodoulou, Kyrkou, Timotheou, Theocharides:
// Convolutional channel-wise competitive learning for the Forward-Forward algorithm. AAAI (2024), arXiv 2312.12668,
// whose goodness is the mean of squares. Neither has an output layer.

import { constant, fixed, type Dim } from '../../runtime/program/dim.ts';
import type { Expression, Tensor } from '../../runtime/program/expression.ts';
import { Cells } from '../../runtime/program/leaves.ts';
import type { Program } from '../../runtime/program/program.ts';
import { f32_group_mean } from '../../runtime/simd/kernels/f32-group-mean.ts';
import { f32_group_mean_gradient } from '../../runtime/simd/kernels/f32-group-mean-gradient.ts';
import { f32_group_normalize } from '../../runtime/simd/kernels/f32-group-normalize.ts';
import { globalAveragePool } from '../layers/global-average-pool.ts';
import type { Network, Part } from '../layers/network.ts';
import { boolean, oneOf, readOptions } from '../options.ts';
import { adam } from '../optimizers/adam.ts';
import { anOptimizer, type Optimizer } from '../optimizers/optimizer.ts';
import { expectStill, hiddenUnits, LOCAL, makeRule, RuleError, type Rule, type RuleContext } from './rule.ts';

export interface ChannelGoodnessOptions {
  /** Default `adam(0.01, { schedule: 'linear' })`. */
  readonly optimizer?: Optimizer;
  /**
   * What a group is judged by: the mean of its outputs (default), or of their squares, which learns more by relu and
   * less by tanh.
   */
  readonly goodness?: 'mean' | 'square';
  /** What answers: all goodnesses and the output together (default), or the output alone. */
  readonly predictBy?: 'all' | 'last';
  /** False: H goes on as it is, as layers expect that were taught by another rule. Default true. */
  readonly normalize?: boolean;
}

/** Neighbouring channels are a group for each class; features of a layer without an image are channels. */
export function channelGoodness(options: ChannelGoodnessOptions = {}): Rule {
  const { optimizer, goodness, predictBy, normalize } = readOptions('channelGoodness', options, RuleError, {
    optimizer: [anOptimizer, adam(0.01, { schedule: 'linear' })],
    goodness: [oneOf(['mean', 'square']), 'mean'],
    predictBy: [oneOf(['all', 'last']), 'all'],
    normalize: [boolean, true],
  });
  return makeRule({
    name: 'channelGoodness',
    title: 'Channel goodness',
    about: 'Each layer has a group of channels for each class, and learns which is to be active. Nothing flows back.',
    paper: 'Sun, Zhang, He, Yan, Xiang: DeeperForward: enhanced Forward-Forward training. ICLR, 2025',
    config: { goodness, predictBy, ...(normalize ? {} : { normalize }) },
    optimizers: { optimizer },
    locality: LOCAL,
    record(p, network, { input, task, sink, own }) {
      expectStill('channelGoodness', input);
      hiddenUnits('channelGoodness', network);
      const judge = (program: Program, x: Grouped): Judged => judged(program, x, task.outputs, { goodness, own });
      const handOn = (program: Program, x: Grouped): Tensor | true => !normalize || apart(program, x);

      p.phase('train', () => {
        const to = { training: true, sink: sink() };
        const outcome = task.outcome(p, null);
        network.walk(p, input, to, (part, saved) => {
          if (!part.learns) return true;
          if (part.last) {
            part.back(p, saved, outcome.score(p, saved.output), to);
            return false;
          }
          const x = grouped(network, part, saved.output);
          const { g, back } = judge(p, x);
          part.back(p, saved, back(task.loss(p, g, part.name).delta), to);
          return handOn(p, x);
        });
      });
      const predict = (program: Program): Tensor => {
        const told: Expression[] = [];
        const output = network.walk(program, input, { training: false }, (part, saved) => {
          if (!part.learns || part.last) return true;
          const x = grouped(network, part, saved.output);
          if (predictBy === 'all') told.push(judge(program, x).g);
          return handOn(program, x);
        });
        return program.materialize(
          'answer',
          told.reduce((sum, g) => sum.plus(g), output as Expression),
        );
      };
      return { predict };
    },
  });
}

/** Outputs of a hidden layer, and how they divide. */
interface Grouped {
  readonly name: string;
  readonly H: Tensor;
  readonly positions: number;
  readonly channels: number;
  readonly groups: number;
}

/** @throws RuleError where a class would have no channel. */
function grouped({ spec }: Network, { name }: Part, H: Tensor): Grouped {
  const [groups] = spec.outputShape;
  const channels = fixed(H.shape[H.shape.length - 1], `the channels of '${name}'`);
  if (groups === 0) throw new RuleError('channelGoodness has a group for each class, and the network has no class');
  if (channels < groups) {
    throw new RuleError(
      `channelGoodness: '${name}' has ${channels} channels, wanted one for each of ${groups} classes`,
    );
  }
  return { name, H, positions: fixed(H.features, `the outputs of '${name}'`) / channels, channels, groups };
}

interface Judged {
  /** [batch, classes] */
  readonly g: Tensor;
  /** dL/dH from dL/dg. */
  back(dg: Expression): Expression;
}

/** `own`: where H is of bytes, the mean of each channel comes first, so that no image of floats is made. */
function judged(
  p: Program,
  { name, H, ...sizes }: Grouped,
  classes: Dim,
  { goodness, own }: Pick<RuleContext, 'own'> & { readonly goodness: 'mean' | 'square' },
): Judged {
  const operands = { batch: H.batch, columns: classes, ...sizes };
  const isSquared = goodness === 'square';
  const groupMean = f32_group_mean(isSquared ? 'square' : 'value');
  const g = p.tensor({ name: `${name}/goodness`, role: 'activation', shape: [H.batch, classes] });
  if (!isSquared && !H.isPlain && sizes.positions > 1) {
    const { output } = own(name, globalAveragePool(), { name: 'means', like: H }).forward(p, H, { training: false });
    p.call(groupMean, { ...operands, out: g, x: p.materialize(`${name}/floats`, output), positions: 1 });
  } else {
    p.call(groupMean, { ...operands, out: g, x: p.materialize(`${name}/floats`, H) });
  }
  return {
    g,
    back(delta) {
      const dy = p.materialize(`${name}/dg`, delta);
      const dx = p.tensor({ name: `${name}/dH`, role: 'activation', shape: [H.batch, constant(sizes.channels)] });
      p.call(f32_group_mean_gradient, { dx, dy, ...operands });
      const dH = everywhere(dx, H);
      return isSquared ? dH.times(H).times(2) : dH;
    },
  };
}

/** A value of each channel at all positions of `H`. */
function everywhere(x: Tensor, { shape }: Tensor): Expression {
  if (shape.length !== 4) return x.reshape(shape);
  const [batch, height, width, channels] = shape;
  const [cellHeight, cellWidth] = [height.offset, width.offset];
  const image = { height: cellHeight, width: cellWidth, cellHeight, cellWidth, top: 0, left: 0 };
  return new Cells(x.reshape([batch, 1, 1, channels]), image);
}

/** What goes on, without the goodness. */
function apart(p: Program, { name, H, ...sizes }: Grouped): Tensor {
  const out = p.tensor({ name: `${name}/apart`, role: 'activation', shape: H.shape });
  const x = p.materialize(`${name}/floats`, H);
  p.call(f32_group_normalize, { out, x, epsilon: 1e-5, batch: H.batch, ...sizes });
  return out;
}
