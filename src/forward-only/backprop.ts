// Backpropagation: the control that every other rule is compared with. All activations live until the backward pass has
// used them, and each layer's delta is pulled through the weights of the layer above.
//
//   delta_L = dL/dy_L;   W_k <- update(W_k, x_k^T (delta_k f'(z_k)));   delta_(k-1) = (delta_k f'(z_k)) W_k^T
//
// Source: Rumelhart, Hinton, Williams, Nature 323 (1986).

import type { Expression } from '../../runtime/program/expression.ts';
import { gradientKernels } from '../layers/parts/gradient-kernels.ts';
import { forwardAll } from '../layers/network.ts';
import { outcome, recordLoss, type LossName } from '../losses/loss.ts';
import { recordOptimizer, sgd, type Optimizer } from '../optimizers/optimizer.ts';
import { recordPredict, type Rule } from './rule.ts';

export interface BackpropOptions {
  /** Default `sgd(0.1, { momentum: 0.9, schedule: 'linear' })`. */
  readonly optimizer?: Optimizer;
  /** Default `crossEntropy`. */
  readonly loss?: LossName;
}

export function backprop({
  optimizer = sgd(0.1, { momentum: 0.9, schedule: 'linear' }),
  loss = 'crossEntropy',
}: BackpropOptions = {}): Rule {
  return {
    name: 'backprop',
    paper: 'Rumelhart, Hinton, Williams: Learning representations by back-propagating errors. Nature 323, 1986',
    loss,
    optimizer,
    record(p, network, context) {
      const { input, label, classes } = context;
      const steps = recordOptimizer(p, optimizer);
      p.phase('train', () => {
        steps.advance();
        const saved = forwardAll(p, network.layers, input, { training: true });
        const logits = saved[saved.length - 1].output;
        const outputs = outcome(p, 'train', input.batch, classes);
        let delta: Expression = recordLoss(p, { name: loss, logits, label, ...outputs });
        const first = network.prelude.length;
        for (let index = network.layers.length - 1; index >= first; index--) {
          const layer = network.layers[index];
          delta = p.unit(layer.name, () => {
            const below = index > first ? layer.pull(p, saved[index], delta, gradientKernels) : delta;
            layer.update(p, saved[index], delta, steps);
            return below;
          });
        }
      });
      recordPredict(p, network, context, loss);
      return [{ phase: 'train', share: 1, scores: true }];
    },
  };
}
