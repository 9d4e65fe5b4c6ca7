// Classification: the target is one class of each sample, the outputs are one number for each class.

import { f32_mean } from '../../runtime/simd/kernels/f32-mean.ts';
import { f32_random } from '../../runtime/simd/kernels/f32-random.ts';
import { view } from '../../runtime/program/buffer.ts';
import { capacity, constant, fixed, type Dim } from '../../runtime/program/dim.ts';
import { Tensor, type Expression } from '../../runtime/program/expression.ts';
import { Gather, OneHot, Scalar } from '../../runtime/program/leaves.ts';
import type { Program } from '../../runtime/program/program.ts';
import type { Loss } from '../losses/loss.ts';
import type { Outcome, Projection, RecordedTask } from './task.ts';

export interface ClassificationSpec {
  readonly loss: Loss;
  /** Classes there may be, and are at first. */
  readonly capacity: number;
  readonly classes: number;
  /** Rows in the ports, and rows of a step, by which means divide. */
  readonly batch: Dim;
  readonly samples: Dim;
}

/** A table is kept if it has at most this share of the weights it trains. */
const KEPT_SHARE = 1 / 16;

export function recordClassification(p: Program, spec: ClassificationSpec): RecordedTask {
  const { loss, batch, samples } = spec;
  const outputs = p.count('classes', spec.capacity, spec.classes);
  const target = p.port({ name: 'target', way: 'in', role: 'label', element: 'i32', shape: [batch] });
  const encode = (): Expression => new OneHot(target, outputs);

  /** Records answer and losses of each sample; gives both. */
  const scored = (output: Tensor, answer: Tensor): { losses: Tensor; delta: Expression } => {
    const losses = p.tensor({ name: 'losses', role: 'scratch', shape: [batch], unit: null });
    loss.score(p, { output, target, answer, losses: losses.buffer });
    return { losses, delta: answer.minus(encode()).over(new Scalar(samples)) };
  };
  const answerFor = (name: string): Tensor =>
    p.tensor({ name, role: 'activation', shape: [batch, outputs], unit: null });
  const outcomePorts = new Map<string, Tensor>();
  const outcomePort = (what: string, shape: readonly (Dim | number)[]): Tensor => {
    const name = `${p.phaseNow}/${what}`;
    const port = outcomePorts.get(name) ?? new Tensor(p.port({ name, way: 'out', role: 'activation', shape }));
    outcomePorts.set(name, port);
    return port;
  };

  return {
    kind: 'classification',
    outputs,
    index: target,
    encode,
    project: (program, name, like, draws, weights = 0) =>
      project(program, { name, like, draws, weights, outputs, target }),
    loss(program, output, name) {
      const { losses, delta } = scored(output, answerFor(`${name}/answer`));
      return {
        delta,
        mean() {
          const out = program.buffer({ name: `${name}/loss`, role: 'scratch', shape: [1], unit: null });
          program.call(f32_mean, { out, x: losses, n: batch });
          return new Scalar(view(out));
        },
      };
    },
    outcome(program, steps): Outcome {
      const total = outcomePort('loss', [1]);
      const answer = outcomePort('output', [batch, outputs]);
      const mean = new Scalar(total.at(0));
      if (steps === null) {
        return {
          loss: mean,
          score(_p, output) {
            const { losses, delta } = scored(output, answer);
            program.call(f32_mean, { out: total, x: losses, n: batch });
            return delta;
          },
        };
      }
      program.zero(total, answer);
      return {
        loss: mean,
        score(_p, output) {
          const { losses, delta } = scored(output, answerFor('answerNow'));
          const now = program.buffer({ name: 'lossNow', role: 'scratch', shape: [1], unit: null });
          program.call(f32_mean, { out: now, x: losses, n: batch });
          const sum = new Tensor(total.buffer, [constant(1), constant(1)]);
          program.write(sum, mean.plus(new Scalar(view(now)).over(new Scalar(steps))));
          program.write(answer, answer.plus(output.over(new Scalar(steps))));
          return delta.over(new Scalar(steps));
        },
      };
    },
    answer: (program, output) =>
      loss.answer(program, program.materialize('output', output), outcomePort('output', [batch, outputs])),
  };
}

interface Projecting {
  readonly name: string;
  readonly like: Tensor;
  readonly draws: Projection;
  readonly weights: number;
  readonly outputs: Dim;
  readonly target: RecordedTask['index'];
}

function project(p: Program, { name, like, draws, weights, outputs, target }: Projecting): Expression {
  const { kind, scale } = draws;
  const n = capacity(outputs) * fixed(like.features, `the features of '${name}'`);
  const isKept = n <= weights * KEPT_SHARE;
  if (!isKept && 2 * capacity(like.batch) <= capacity(outputs)) {
    return p.drawn(name, like.shape, { kind, scale, each: 'once', per: { row: target } });
  }
  const shape = [outputs, ...like.shape.slice(1)];
  const kept = { role: 'constant', life: 'persistent' } as const;
  const table = p.tensor({ name, shape, ...(isKept ? kept : { role: 'scratch' }) });
  const range: Record<string, number> = kind === 'uniform' ? { low: -scale, high: scale } : { scale };
  const draw = (): void =>
    p.call(f32_random(kind), { out: table, n, stride: 1, first: 0, ...p.draws(name), turn: 0, ...range });
  if (isKept) p.phase('prepare', draw);
  else draw();
  return new Gather(table, target);
}
