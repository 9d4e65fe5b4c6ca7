// Loss and answer of a phase, whatever the task: weighted by sample, averaged, and over time steps added up.

import { f32_mean } from '../../../runtime/simd/kernels/f32-mean.ts';
import type { Buffer } from '../../../runtime/program/buffer.ts';
import { constant, describeShape, type Dim } from '../../../runtime/program/dim.ts';
import { Tensor, type Expression } from '../../../runtime/program/expression.ts';
import { Scalar } from '../../../runtime/program/leaves.ts';
import type { Program } from '../../../runtime/program/program.ts';
import type { Loss } from '../../losses/loss.ts';
import type { Outcome, Placing, RecordedTask } from '../task.ts';

interface Judging extends Pick<RecordedTask, 'outputs' | 'encode'> {
  readonly index: Buffer | null;
  readonly loss: Loss;
  readonly placing: Placing;
}

/** The parts of a recorded task that follow from its loss. */
export function judgedBy(
  p: Program,
  { loss, outputs, index, encode, placing }: Judging,
): Pick<RecordedTask, 'loss' | 'outcome' | 'answer'> {
  const { batch, samples, weight } = placing;
  const ports = new Map<string, Tensor>();
  const port = (what: string, shape: readonly (Dim | number)[]): Tensor => {
    const name = `${p.phaseNow}/${what}`;
    const known = ports.get(name) ?? new Tensor(p.port({ name, way: 'out', role: 'activation', shape }));
    ports.set(name, known);
    return known;
  };
  const answerFor = (name: string): Tensor =>
    p.tensor({ name, role: 'activation', shape: [batch, outputs], unit: null });

  /** Records answer and weighted losses; gives these as a row, and dL/d(output). */
  const scored = (output: Tensor, into: Tensor): { losses: Tensor; delta: Expression } => {
    const answer = seenAs(into, output.shape);
    const rows = encode();
    const target = { index, rows: rows instanceof Tensor ? seenAs(rows, output.shape) : rows };
    const { losses, delta } = loss.score(p, { output, target, answer });
    const [row, weights] = [losses, weight].map(({ values }) => new Tensor(values, [constant(1), batch]));
    return {
      losses: p.compute('weightedLosses', row.times(weights), { role: 'scratch', unit: null }),
      delta: delta.times(weight).over(new Scalar(samples)),
    };
  };
  const meanInto = (out: Tensor, losses: Tensor): void => p.call(f32_mean, { out, x: losses, n: batch });

  return {
    loss(program, output, name) {
      const { losses, delta } = scored(output, answerFor(`${name}/answer`));
      return {
        delta,
        mean() {
          const out = program.tensor({ name: `${name}/loss`, role: 'scratch', shape: [1], unit: null });
          meanInto(out, losses);
          return new Scalar(out.at(0));
        },
      };
    },
    outcome(program, steps): Outcome {
      const total = port('loss', [1]);
      const answer = port('output', [batch, outputs]);
      const mean = new Scalar(total.at(0));
      if (steps === null) {
        return {
          loss: mean,
          score(_p, output) {
            const { losses, delta } = scored(output, answer);
            meanInto(total, losses);
            return delta;
          },
        };
      }
      program.zero(total, answer);
      return {
        loss: mean,
        score(_p, output) {
          const { losses, delta } = scored(output, answerFor('answerNow'));
          const now = program.tensor({ name: 'lossNow', role: 'scratch', shape: [1], unit: null });
          meanInto(now, losses);
          const sum = new Tensor(total.buffer, [constant(1), constant(1)]);
          program.write(sum, mean.plus(new Scalar(now.at(0)).over(new Scalar(steps))));
          const flat = seenAs(output, answer.shape);
          program.write(answer, answer.plus(flat.over(new Scalar(steps))));
          return delta.over(new Scalar(steps));
        },
      };
    },
    answer(program, given) {
      const output = program.materialize('output', given);
      loss.answer(program, output, seenAs(port('output', [batch, outputs]), output.shape));
    },
  };
}

const seenAs = (x: Tensor, shape: readonly Dim[]): Tensor =>
  describeShape(x.shape) === describeShape(shape) ? x : x.reshape(shape);
