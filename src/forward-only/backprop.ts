// Backpropagation: the control that every other rule is compared with. All activations live until the backward pass has
// used them, and each layer's delta is pulled through the weights of the layer above. Where there is time, it goes back
// through time by a tape, which grows with the steps, unless only what stands behind time learns.
//
//   delta_L = dL/dy_L;   W_k <- update(W_k, x_k^T (delta_k f'(z_k)));   delta_(k-1) = (delta_k f'(z_k)) W_k^T
//
// With `checkpoint` it keeps the inputs of segments alone and computes the rest again, to the same bits; with `last` it
// trains the last layers alone and keeps nothing of the others: a control as an expert would have it.
//
// Source: Rumelhart, Hinton, Williams, Nature 323 (1986); through time: Werbos, Proc. IEEE 78 (1990).

import type { Dim } from '../../runtime/program/dim.ts';
import type { Program } from '../../runtime/program/program.ts';
import { gradientKernels } from '../layers/parts/gradient-kernels.ts';
import { pulled } from '../layers/layer.ts';
import type { Network, Part } from '../layers/network.ts';
import { chain } from '../layers/parts/chain.ts';
import { integer, optional, readOptions } from '../options.ts';
import { anOptimizer, type Optimizer } from '../optimizers/optimizer.ts';
import { adam } from '../optimizers/adam.ts';
import { accumulate } from '../quantization/sink.ts';
import { segmentsOf, splitParts, throughSegments } from './parts/segments.ts';
import { Tape } from './parts/tape.ts';
import { ALL_TASKS, makeRule, expectStill, LOCAL, LOCKED, RuleError, type Rule, type RuleContext } from './rule.ts';

export interface BackpropOptions {
  /** Default `adam(0.003, { schedule: 'linear' })`. */
  readonly optimizer?: Optimizer;
  /** Keeps activations at the edges of segments alone: so many, or the root of the number of parts. Default false. */
  readonly checkpoint?: boolean | number;
  /** Trains so many layers at the end alone; default all. */
  readonly last?: number;
}

export function backprop(options: BackpropOptions = {}): Rule {
  const { optimizer, checkpoint, last } = readOptions('backprop', options, RuleError, {
    optimizer: [anOptimizer, adam(0.003, { schedule: 'linear' })],
    checkpoint: [
      (every: boolean | number) =>
        typeof every === 'boolean' || integer(1)(every) === true || 'true, false or a whole number of at least 1',
      false,
    ],
    last: [optional(integer(1))],
  });
  return makeRule({
    name: 'backprop',
    title: 'backprop',
    about: 'The usual way, here as the control: errors flow back through all layers.',
    paper: 'Rumelhart, Hinton, Williams: Learning representations by back-propagating errors. Nature 323, 1986',
    // `checkpoint` changes no bit of what is learned
    config: last === undefined ? {} : { last },
    optimizers: { optimizer },
    learns: ALL_TASKS,
    locality: last === 1 ? LOCAL : LOCKED,
    record(p, network, context) {
      const { input, task } = context;
      p.phase('train', () => {
        const [below, above] = splitParts('backprop', network, last ?? network.units.length);
        if (input.steps !== null) {
          if (checkpoint !== false) expectStill('backprop: checkpoint', input);
          return throughTime(p, { below, above, timeEnds: network.timeEnds }, context, input.steps);
        }
        const to = { training: true, sink: context.sink(), kernels: gradientKernels };
        const outcome = task.outcome(p, null);
        const segments = segmentsOf(above, checkpoint === true ? Math.ceil(Math.sqrt(above.length)) : checkpoint || 1);
        const x = chain('below', below).forward(p, input.at(p), to).output;
        throughSegments(p, segments, x, (output) => outcome.score(p, output), to);
      });
    },
  });
}

/** Parts that stay as they are, and those behind, which learn. */
interface Split extends Pick<Network, 'timeEnds'> {
  readonly below: readonly Part[];
  readonly above: readonly Part[];
}

function throughTime(
  p: Program,
  { below, above, timeEnds }: Split,
  { input, task, sink }: RuleContext,
  steps: Dim,
): void {
  const [fixed, timed, fixedAfter, after] = [true, false].flatMap((inTime) =>
    [below, above].map((parts) =>
      chain(
        'time',
        parts.filter((part) => part.timed === inTime),
      ),
    ),
  );
  const learnsInTime = above.some((part) => part.timed && part.learns);
  const into = sink();
  const outcome = task.outcome(p, timeEnds ? null : steps);
  const sum = accumulate(p, into);
  const tape = new Tape<ReturnType<typeof timed.forward>>(p, input, learnsInTime ? steps : null);
  const to = { training: true, sink: sum, kernels: gradientKernels };
  for (const layer of [fixed, timed]) layer.begin?.(p, 'forward');
  p.time(steps, 'forward', (at) => {
    const mode = { training: true, at };
    tape.keep(timed.forward(p, fixed.forward(p, input.at(p, at), mode).output, mode), at);
  });
  // behind time: what the last step left; `last()` and `mean()` hand the delta back to each step
  const end = after.forward(p, fixedAfter.forward(p, tape.last.output, to).output, to);
  const atEnd = timeEnds ? outcome.score(p, end.output) : null;
  if (!learnsInTime) {
    if (atEnd) after.back(p, end, atEnd, to);
    return sum.spend(p);
  }
  const behind = atEnd && p.materialize('end/delta', pulled(p, after, end, atEnd, to));
  timed.begin?.(p, 'back');
  p.time(steps, 'back', (at) => {
    const saved = tape.recall(at);
    const delta = behind ?? outcome.score(p, saved.output, at);
    timed.back(p, saved, delta, { ...to, at, through: true });
  });
  sum.spend(p);
}
