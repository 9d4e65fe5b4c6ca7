// Backpropagation through time by a tape, which grows with the steps, unless only what stands behind time learns. In
// segments what is carried into each is kept alone: on the way back a segment of time runs again, with the draws it
// had, from what was carried into it, and its tape dies before the one in front runs.
//
// Sources: Werbos, Proc. IEEE 78 (1990); in segments: Chen, Xu, Zhang, Guestrin, arXiv 1604.06174 (2016).

import { along, type Affine, type LoopIndex } from '../../../runtime/program/buffer.ts';
import { capacity, toDim, type Dim } from '../../../runtime/program/dim.ts';
import { Tensor } from '../../../runtime/program/expression.ts';
import type { Moment, Program } from '../../../runtime/program/program.ts';
import { pulled } from '../../layers/layer.ts';
import type { Network, Part } from '../../layers/network.ts';
import { chain, type ChainSaved } from '../../layers/parts/chain.ts';
import { gradientKernels } from '../../layers/parts/gradient-kernels.ts';
import { accumulate } from '../../quantization/sink.ts';
import { RuleError, type RuleContext } from '../rule.ts';
import { Tape } from './tape.ts';

export interface InTime extends Pick<Network, 'timeEnds'> {
  /** By name, for errors. */
  readonly rule: string;
  /** Parts that stay as they are, and those behind, which learn. */
  readonly below: readonly Part[];
  readonly above: readonly Part[];
  /** In how many segments so many steps are; one keeps all. */
  segmentsFor(steps: number): number;
}

/** Steps one after another, from one on. */
type Segment = readonly [first: Affine | number, count: Dim | number];

/** The last segment, and how many of `size` steps are before it. */
interface Segments {
  readonly before: number;
  readonly size: number;
  readonly last: Segment;
}

/** @throws RuleError for segments of a time that varies. */
function segmentsOf({ rule, segmentsFor }: InTime, steps: Dim): Segments {
  const all = capacity(steps);
  const size = Math.ceil(all / segmentsFor(all));
  const before = Math.ceil(all / size) - 1;
  if (before === 0) return { before, size, last: [0, steps] };
  if (steps.count !== null) throw new RuleError(`${rule}: checkpoint wants sequences of the same number of steps`);
  return { before, size, last: [before * size, all - before * size] };
}

/** Records a training step. @throws RuleError for segments of a time that varies. */
export function throughTime(p: Program, how: InTime, { input, task, sink }: RuleContext, steps: Dim): void {
  const { below, above, timeEnds } = how;
  const [fixed, timed, fixedAfter, after] = [true, false].flatMap((inTime) =>
    [below, above].map((parts) =>
      chain(
        'time',
        parts.filter((part) => part.timed === inTime),
      ),
    ),
  );
  const learnsInTime = above.some((part) => part.timed && part.learns);
  const { before, size, last } = segmentsOf(learnsInTime ? how : { ...how, segmentsFor: () => 1 }, steps);
  const into = sink();
  const outcome = task.outcome(p, timeEnds ? null : steps);
  const sum = accumulate(p, into);
  const to = { training: true, sink: sum, kernels: gradientKernels };
  const step = (at: Moment): ChainSaved => {
    const mode = { training: true, at };
    return timed.forward(p, fixed.forward(p, input.at(p, at), mode).output, mode);
  };
  const forward = (segment: Segment): Tape<ChainSaved> => {
    const tape = new Tape<ChainSaved>(p, input, learnsInTime ? toDim(segment[1]) : null);
    p.time(steps, 'forward', (at, place) => tape.keep(step(at), place), ...segment);
    return tape;
  };
  const carried = p.written(() => {
    for (const layer of [fixed, timed]) layer.begin?.(p, 'forward');
  });
  const kept = [...(before > 0 ? carried : [])].map((buffer): [Tensor, Tensor] => {
    const { name, role } = buffer;
    const state = new Tensor(buffer);
    return [state, p.tensor({ name: `${name}/kept`, role, shape: [before, ...state.shape] })];
  });
  /** The segments before the last, with what was carried into them. */
  const earlier = (way: 'forward' | 'back', record: (into: [Tensor, Tensor][], segment: Segment) => void): void => {
    if (before === 0) return;
    const slots = (index: LoopIndex) =>
      kept.map(([state, all]): [Tensor, Tensor] => [state, all.slot(along(index, 1))]);
    p.loop(before, (index) => record(slots(index), [along(index, size), size]), way);
  };
  earlier('forward', (into, segment) => {
    for (const [state, slot] of into) p.write(slot, state);
    p.time(steps, 'forward', step, ...segment);
  });
  const tape = forward(last);
  // behind time: what the last step left; `last()` and `mean()` hand the delta back to each step
  const end = after.forward(p, fixedAfter.forward(p, tape.last.output, to).output, to);
  const atEnd = timeEnds ? outcome.score(p, end.output) : null;
  if (!learnsInTime) {
    if (atEnd) after.back(p, end, atEnd, to);
    return sum.spend(p);
  }
  const behind = atEnd && p.materialize('end/delta', pulled(p, after, end, atEnd, to));
  const back = (from: Tape<ChainSaved>, of: Segment): void =>
    p.time(
      steps,
      'back',
      (at, place) => {
        const saved = from.recall(at, place);
        const delta = behind ?? outcome.score(p, saved.output, at);
        timed.back(p, saved, delta, { ...to, at, through: true });
      },
      ...of,
    );
  timed.begin?.(p, 'back');
  back(tape, last);
  earlier('back', (into, segment) => {
    for (const [state, slot] of into) p.write(state, slot);
    back(forward(segment), segment);
  });
  sum.spend(p);
}
