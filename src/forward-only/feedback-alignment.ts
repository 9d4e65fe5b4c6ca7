// Feedback alignment: backpropagation, but what a layer hands back goes through fixed random weights in place of its
// own.
//
//   delta_L = dL/dy_L;   W_k <- update(W_k, x_k^T (delta_k f'(z_k)));   delta_(k-1) = (delta_k f'(z_k)) B_k^T
//
// B_k has the shape of W_k and is drawn as its first values are. Inside a unit of several layers, a block or a residual
// sum, the weights are the unit's own, as nothing but the unit reads them.
//
// Source: Lillicrap, Cownden, Tweed, Akerman: Random synaptic feedback weights support error backpropagation for deep
// learning. Nature Communications 7:13276 (2016).

import type { Program } from '../../runtime/program/program.ts';
import { block } from '../layers/block.ts';
import { pulled, type Layer } from '../layers/layer.ts';
import type { Network, Part } from '../layers/network.ts';
import { chain, type ChainSaved } from '../layers/parts/chain.ts';
import { gradientKernels } from '../layers/parts/gradient-kernels.ts';
import { readOptions } from '../options.ts';
import { anOptimizer, type Optimizer } from '../optimizers/optimizer.ts';
import { adam } from '../optimizers/adam.ts';
import { ALL_TASKS, expectStill, LOCKED, makeRule, RuleError, type Rule, type RuleContext } from './rule.ts';

export interface FeedbackAlignmentOptions {
  /** Default `adam(0.003, { schedule: 'linear' })`. */
  readonly optimizer?: Optimizer;
}

export function feedbackAlignment(options: FeedbackAlignmentOptions = {}): Rule {
  const { optimizer } = readOptions('feedbackAlignment', options, RuleError, {
    optimizer: [anOptimizer, adam(0.003, { schedule: 'linear' })],
  });
  return makeRule({
    name: 'feedbackAlignment',
    title: 'Feedback alignment',
    about: 'Errors flow back through all layers, but through fixed random weights.',
    paper:
      'Lillicrap, Cownden, Tweed, Akerman: Random synaptic feedback weights support error backpropagation for deep ' +
      'learning. Nature Communications 7, 2016',
    optimizers: { optimizer },
    learns: ALL_TASKS,
    locality: { ...LOCKED, weightTransport: false },
    record(p, network, context) {
      const { input, task } = context;
      expectStill('feedbackAlignment', input);
      p.phase('train', () => {
        const to = { training: true, sink: context.sink(), kernels: gradientKernels };
        const outcome = task.outcome(p, null);
        const parts = network.parts.map((part) => (part.learns ? mirrored(p, network, part, context) : part));
        const whole = chain('network', parts);
        const saved = whole.forward(p, input.at(p), to);
        whole.back(p, saved, outcome.score(p, saved.output), to);
      });
    },
  });
}

/** The unit, but a delta is pulled through layers like its own, whose weights stay as they were drawn. */
function mirrored(p: Program, { spec }: Network, unit: Part, { own }: RuleContext): Layer<ChainSaved> {
  const names = unit.layers.map(({ name }) => name);
  const specs = spec.layers.filter(({ name }) => names.includes(name)).map((layer) => layer.spec);
  return {
    ...unit,
    back(_p, saved, delta, to) {
      if (to.pull !== true) return unit.back(p, saved, delta, to);
      const dy = p.materialize(`${unit.name}/dy`, delta);
      const { input, output } = saved;
      const outputs = output.shape[output.shape.length - 1];
      const counted = outputs.count === null ? {} : { outputs };
      const B = own(unit.name, block(specs), { name: 'feedback', like: input, trained: false, ...counted });
      const below = pulled(p, B, saved, dy, { ...to, sink: undefined });
      unit.back(p, saved, dy, { ...to, pull: false });
      return below;
    },
  };
}
