// Channel goodness: the channels of a layer stand in one group for each class that the network is declared with, and the
// goodness of a class is how active its group is. Each hidden layer learns by the cross-entropy of that, without a weight of its own and without negative
// samples. No layer waits for another one.
//
//   H = f(x W + b);   g_c = mean of H, or of H^2, over the channels of group c and all positions
//   L = CE(softmax g, y*);   what goes on: H with mean 0 and variance 1 in each group;   output layer: its own loss
//
// The mean is gone from what goes on, so no layer sees the goodness of the one in front of it. The answer is the sum of
// all g and the output, or the output alone; a class that was added later has no group, so the output alone knows it.
//
// Sources: Sun, Zhang, He, Yan, Xiang: DeeperForward. ICLR (2025). Papachristodoulou, Kyrkou, Timotheou, Theocharides:
// Convolutional channel-wise competitive learning for the Forward-Forward algorithm. AAAI (2024), arXiv 2312.12668,
// whose goodness is the mean of squares.

import { capacity, fixed } from '../../runtime/program/dim.ts';
import type { Expression, Tensor } from '../../runtime/program/expression.ts';
import type { Program } from '../../runtime/program/program.ts';
import { averagePool } from '../layers/average-pool.ts';
import { pulled, type Mode } from '../layers/layer.ts';
import type { Part } from '../layers/network.ts';
import { groupNormalize } from '../layers/normalize.ts';
import { gradientKernels } from '../layers/parts/gradient-kernels.ts';
import { expectOptions } from '../options.ts';
import { adam } from '../optimizers/adam.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import {
  always,
  defineRule,
  expectOneOf,
  expectStill,
  hiddenUnits,
  LOCAL,
  RuleError,
  type Rule,
  type RuleContext,
} from './rule.ts';

export interface ChannelGoodnessOptions {
  /** Default `adam(0.003, { schedule: 'linear' })`. */
  readonly optimizer?: Optimizer;
  /** What a group is judged by: the mean of its outputs (default), or of their squares. */
  readonly goodness?: 'mean' | 'square';
  /** What answers: all goodnesses and the output together (default), or the output alone. */
  readonly predictBy?: 'sum' | 'last';
}

export function channelGoodness(options: ChannelGoodnessOptions = {}): Rule {
  expectOptions('channelGoodness', options, ['optimizer', 'goodness', 'predictBy'], RuleError);
  const { optimizer = adam(0.003, { schedule: 'linear' }), goodness = 'mean', predictBy = 'sum' } = options;
  expectOneOf('channelGoodness', 'goodness', goodness, ['mean', 'square']);
  expectOneOf('channelGoodness', 'predictBy', predictBy, ['sum', 'last']);
  return defineRule({
    name: 'channelGoodness',
    title: 'Channel goodness',
    about: 'Each layer has a group of channels for each class, and learns which is to be active. Nothing flows back.',
    paper: 'Sun, Zhang, He, Yan, Xiang: DeeperForward: enhanced Forward-Forward training. ICLR, 2025',
    config: { goodness, predictBy },
    optimizers: { optimizer },
    locality: LOCAL,
    record(p, network, context) {
      const { input, task } = context;
      expectStill('channelGoodness', input);
      hiddenUnits('channelGoodness', network);
      const grouped = { context, goodness, groups: network.spec.outputShape[0] };
      p.phase('train', () => {
        const to = { training: true, sink: context.sink() };
        const outcome = task.outcome(p, null);
        network.walk(p, input, to, (part, saved) => {
          if (!part.learns) return true;
          if (part.last) {
            part.back(p, saved, outcome.score(p, saved.output), to);
            return false;
          }
          const judged = judge(p, grouped, part, saved.output);
          part.back(p, saved, judged.back(task.loss(p, judged.g, part.name).delta), to);
          return apart(p, grouped, part, saved.output);
        });
      });
      const predict = (program: Program): Tensor => {
        const judged: Expression[] = [];
        const output = network.walk(program, input, ASKING, (part, saved) => {
          if (!part.learns || part.last) return true;
          if (predictBy === 'sum') judged.push(judge(program, grouped, part, saved.output).g);
          return apart(program, grouped, part, saved.output);
        });
        return program.materialize(
          'sum',
          judged.reduce((sum, g) => sum.plus(g), output as Expression),
        );
      };
      return { stages: always('train'), predict };
    },
  });
}

const ASKING: Mode = { training: false };

/** How channels are grouped and judged. */
interface Grouped {
  readonly context: RuleContext;
  readonly goodness: 'mean' | 'square';
  readonly groups: number;
}

interface Judged {
  /** [batch, outputs] */
  readonly g: Tensor;
  /** dL/dH from dL/dg. */
  back(dg: Expression): Expression;
}

/** The goodness of each class: a mean over positions and the channels of its group. */
function judge(p: Program, grouped: Grouped, { name }: Part, H: Tensor): Judged {
  const { context, goodness, groups } = grouped;
  const { own, task, batch } = context;
  const channels = channelsOf(grouped, name, H);
  const positions = fixed(H.features, `the outputs of '${name}'`) / channels;
  const squared = goodness === 'square' ? p.compute(`${name}/squares`, H.map('square')) : H;
  const seen = [positions, channels, 1];
  const means = own(name, averagePool([positions, channels / groups]), { name: 'goodness', like: seen });
  const pooled = means.forward(p, squared.reshape([batch, ...seen]), ASKING);
  const atCapacity = (what: string, value: Expression): Tensor => {
    const tensor = p.tensor({ name: `${name}/${what}`, role: 'activation', shape: [batch, capacity(task.outputs)] });
    p.write(tensor, value);
    return tensor;
  };
  const g = atCapacity('goodnesses', pooled.output.reshape([batch, groups])).columns(0, task.outputs);
  return {
    g: p.compute(`${name}/g`, g),
    back(dg) {
      const dy = p.compute(`${name}/dy`, atCapacity('dg', dg).columns(0, groups)).reshape(pooled.output.shape);
      const dx = pulled(p, means, pooled, dy, { training: true, kernels: gradientKernels });
      const dH = p.materialize(`${name}/dH`, dx).reshape(H.shape);
      return goodness === 'square' ? dH.times(H).times(2) : dH;
    },
  };
}

/** What goes on, without the goodness. */
function apart(p: Program, grouped: Grouped, { name }: Part, H: Tensor): Tensor {
  channelsOf(grouped, name, H);
  const normalize = grouped.context.own(name, groupNormalize(grouped.groups), { name: 'apart', like: H });
  return normalize.forward(p, H, ASKING).output;
}

/** @throws RuleError where they do not divide into the groups. */
function channelsOf({ groups }: Grouped, name: string, H: Tensor): number {
  const channels = fixed(H.shape[H.shape.length - 1], `the channels of '${name}'`);
  if (channels % groups === 0) return channels;
  throw new RuleError(
    `channelGoodness: '${name}' has ${channels} channels, wanted a multiple of the ${groups} classes`,
  );
}
