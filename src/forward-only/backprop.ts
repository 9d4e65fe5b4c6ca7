// Backpropagation: the control that every other rule is compared with. All activations live until the backward pass has
// used them, and each layer's delta is pulled through the weights of the layer above. Where there is time, it goes back
// through time by a tape, which grows with the steps.
//
//   delta_L = dL/dy_L;   W_k <- update(W_k, x_k^T (delta_k f'(z_k)));   delta_(k-1) = (delta_k f'(z_k)) W_k^T
//
// Source: Rumelhart, Hinton, Williams, Nature 323 (1986); through time: Werbos, Proc. IEEE 78 (1990).

import type { Dim } from '../../runtime/program/dim.ts';
import type { Program } from '../../runtime/program/program.ts';
import { gradientKernels } from '../layers/parts/gradient-kernels.ts';
import { pulled } from '../layers/layer.ts';
import type { Network } from '../layers/network.ts';
import type { LossName } from '../losses/index.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { sgd } from '../optimizers/sgd.ts';
import { accumulate } from '../quantization/sink.ts';
import { Tape } from './parts/tape.ts';
import { always, defineRule, LOCKED, type Rule, type RuleContext } from './rule.ts';

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
  return defineRule({
    name: 'backprop',
    title: 'backprop',
    about: 'The usual way, here as the control: errors flow back through all layers.',
    paper: 'Rumelhart, Hinton, Williams: Learning representations by back-propagating errors. Nature 323, 1986',
    config: { loss },
    optimizers: { optimizer },
    loss,
    locality: LOCKED,
    record(p, network, context) {
      const { input, task } = context;
      p.phase('train', () => {
        if (input.steps !== null) return throughTime(p, network, context, input.steps);
        const sink = context.sink();
        const mode = { training: true };
        const outcome = task.outcome(p, null);
        const saved = network.forward(p, input.at(p), mode);
        network.back(p, saved, outcome.score(p, saved.output), { ...mode, sink, kernels: gradientKernels });
      });
      return { stages: always('train'), predict: (program) => network.walk(program, input, { training: false }) };
    },
  });
}

function throughTime(p: Program, network: Network, { input, task, sink }: RuleContext, steps: Dim): void {
  const { timed, after, timeEnds } = network;
  const into = sink();
  const outcome = task.outcome(p, timeEnds ? null : steps);
  const sum = accumulate(p, into);
  const tape = new Tape<ReturnType<typeof timed.forward>>(p, input, steps);
  const to = { training: true, sink: sum, kernels: gradientKernels };
  timed.begin?.(p, 'forward');
  p.time(steps, 'forward', (at) => tape.keep(timed.forward(p, input.at(p, at), { training: true, at }), at));
  // behind time: what the last step left; `last()` and `mean()` hand the delta back to each step
  const end = after?.forward(p, tape.last.output, { training: true });
  const atEnd = timeEnds ? outcome.score(p, end?.output ?? tape.last.output) : null;
  const behind = atEnd && p.materialize('end/delta', after && end ? pulled(p, after, end, atEnd, to) : atEnd);
  timed.begin?.(p, 'back');
  p.time(steps, 'back', (at) => {
    const saved = tape.recall(at);
    const delta = behind ?? outcome.score(p, saved.output, at);
    timed.back(p, saved, delta, { ...to, at, through: true });
  });
  sum.spend(p);
}
