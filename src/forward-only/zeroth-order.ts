// Zeroth order: the loss at two points along a random direction says how far to go along it. Two forward passes and no
// backward one, in the memory of predicting: the weights are moved in place, and the direction z is never stored, since
// it is f(seed, weight, step) and drawn again wherever it is wanted.
//
//   W <- W + e z;  L+ = loss(W);   W <- W - 2e z;  L- = loss(W);   W <- W + e z
//   slope = (L+ - L-) / 2e;   W <- update(W, slope z)
//
// with z of signs (SPSA, whose estimate divides by z: for signs the same) or of N(0, 1) (MeZO). Both passes draw the
// same masks and spikes. A run is a list of rows (step, learningRate, slope), from which `replay` makes the same
// weights bit for bit, without data.
//
// Sources: Spall: IEEE Trans. Automatic Control 37 (1992). Malladi et al.: NeurIPS 2023, arXiv 2305.17333.

import { view } from '../../runtime/program/buffer.ts';
import { Tensor, type Expression } from '../../runtime/program/expression.ts';
import { Scalar } from '../../runtime/program/leaves.ts';
import type { Network } from '../layers/network.ts';
import { ABOVE_ZERO, expectFinite, expectOptions } from '../options.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { sgd } from '../optimizers/sgd.ts';
import type { PieceSpan } from '../quantization/piece.ts';
import { gradientSite } from '../quantization/site.ts';
import type { Weight } from '../quantization/storage.ts';
import { ALL_TASKS, always, defineRule, expectOneOf, LOCAL, RuleError, type Rule } from './rule.ts';

export interface ZerothOrderOptions {
  /** Default `sgd(0.003, { schedule: 'linear' })`. */
  readonly optimizer?: Optimizer;
  /** How far the weights are moved to both sides; default 0.001. */
  readonly epsilon?: number;
  /** Of the direction; default `signs`. */
  readonly draws?: 'signs' | 'normal';
}

export function zerothOrder(options: ZerothOrderOptions = {}): Rule {
  expectOptions('zerothOrder', options, ['optimizer', 'epsilon', 'draws'], RuleError);
  const { optimizer = sgd(0.003, { schedule: 'linear' }), epsilon = 1e-3, draws = 'signs' } = options;
  expectOneOf('zerothOrder', 'draws', draws, ['signs', 'normal']);
  expectFinite('zerothOrder: epsilon', epsilon, [ABOVE_ZERO], RuleError);
  return defineRule({
    name: 'zerothOrder',
    title: 'Zeroth order',
    about: 'Two forward passes along a random direction say how far to go along it.',
    paper:
      'Malladi, Gao, Nichani, Damian, Lee, Chen, Arora: Fine-tuning language models with just forward passes. ' +
      'NeurIPS, 2023',
    config: { epsilon, draws },
    optimizers: { optimizer },
    learns: ALL_TASKS,
    locality: { ...LOCAL, updateLocked: true },
    record(p, network, { input, task, batch, samples, sink }) {
      if (samples !== batch) {
        const why = 'it moves the weights for the loss of a whole step';
        throw new RuleError(`zerothOrder learns from all samples of a step at once, wanted no microBatch: ${why}`);
      }
      const weights = movable(network);
      const each = (visit: (weight: Movable) => void): void => {
        for (const [unit, weight] of weights) p.unit(unit, () => visit(weight));
      };
      const direction = ({ name }: Weight, { first, shape }: PieceSpan): Expression =>
        p.drawn(`${name}/direction`, shape, { kind: draws, each: 'step', per: 'element', first });
      const move = (distance: number): void =>
        each((weight) =>
          weight.change(p, ({ values, first }) => {
            const z = direction(weight, { first, shape: values.shape });
            return values.plus(z.times(distance));
          }),
        );
      const learn = (slope: Scalar): void => {
        const into = sink();
        each((weight) =>
          into.learn(
            p,
            gradientSite(weight, (span) => direction(weight, span).times(slope)),
          ),
        );
      };
      const end = network.parts[network.parts.length - 1];
      const measure = (): Scalar => {
        const outcome = task.outcome(p, end.timed ? input.steps : null);
        network.walk(p, input, { training: true }, (part, { output }, { at }) => {
          if (part === end) outcome.score(p, output, at);
        });
        return outcome.loss;
      };

      const told = p.port({ name: 'train/slope', way: 'out', role: 'activation', shape: [1, 1] });
      const given = p.port({ name: 'slope', way: 'in', role: 'input', shape: [1, 1] });
      p.phase('train', () => {
        const above = p.tensor({ name: 'above', role: 'scratch', shape: [1, 1], unit: null });
        move(epsilon);
        p.write(above, measure());
        move(-2 * epsilon);
        const below = measure();
        move(epsilon);
        p.write(new Tensor(told), new Scalar(above.at(0)).minus(below).over(2 * epsilon));
        learn(new Scalar(view(told)));
      });
      p.phase('replay', () => {
        for (const distance of [epsilon, -2 * epsilon, epsilon]) move(distance);
        learn(new Scalar(view(given)));
      });
      return {
        stages: always('train'),
        predict: (program) => network.walk(program, input, { training: false }),
        tells: { slope: told },
        actions: { replay: { run: 'replay', takes: ['step', 'learningRate', 'slope'] } },
      };
    },
  });
}

type Movable = Weight & Required<Pick<Weight, 'change'>>;

/**
 * The trained weights, each with the unit it learns in.
 * @throws RuleError naming one that cannot be moved in place.
 */
function movable({ units }: Network): readonly (readonly [unit: string, weight: Movable])[] {
  const isMovable = (weight: Weight): weight is Movable => weight.change !== undefined;
  return units.flatMap(({ name, weights }) =>
    weights.flatMap((weight) => {
      if (!weight.trained) return [];
      if (isMovable(weight)) return [[name, weight] as const];
      const wanted = 'wanted a storage that does not, as f32';
      throw new RuleError(
        `zerothOrder moves weights in place, where '${weight.name}' (${weight.storage}) rounds: ${wanted}`,
      );
    }),
  );
}
