// A learning rule outside the library, with two forward passes and weights of its own. See docs/write-a-rule.md.
//
// Each hidden layer has a pattern P_c of its own for each class c, which is shown on top of its input. The right class
// is to excite the layer more than a wrong one, c', drawn for each sample in each step; W and P both learn that.
//
//   a(c) = f(W (x + P_c) + b);   G(c) = mean of a(c)^2;   L = log(1 + e^(k (G(c') - G(c))))
//
// Then the layers stand still, and the output layer learns by its own loss from what they give without a pattern.

import {
  accumulate,
  anOptimizer,
  capacity,
  constant,
  defineRule,
  drawnClass,
  fixed,
  gradientKernels,
  LOCAL,
  OneHot,
  positive,
  pulled,
  readOptions,
  Scalar,
  type Buffer,
  type Expression,
  type Mode,
  type Part,
  type Program,
  type RuleContext,
  type Sink,
  type Tensor,
} from '../../src/author.ts';
import { adam, dense, RuleError, type Optimizer, type Rule } from '../../src/index.ts';

export interface ContrastOptions {
  /** Default `adam(0.002)`. */
  readonly optimizer?: Optimizer;
  /** k: the larger, the sooner a layer is content. Default 4. */
  readonly sharpness?: number;
}

const mode: Mode = { training: true };

export default function contrast(options: ContrastOptions = {}): Rule {
  const { optimizer, sharpness } = readOptions('contrast', options, RuleError, {
    optimizer: [anOptimizer, adam(0.002)],
    sharpness: [positive, 4],
  });
  return defineRule({
    name: 'contrast',
    paper: 'after Hinton: The forward-forward algorithm. arXiv 2212.13345, 2022, with patterns that learn',
    config: { sharpness },
    optimizers: { optimizer },
    locality: LOCAL,
    record(p, network, context) {
      const { input, task, samples } = context;
      if (input.steps !== null) throw new RuleError('contrast passes a layer twice in a step, wanted no time');
      const hidden = network.units.filter(({ last }) => !last);
      if (hidden.length === 0) throw new RuleError('contrast teaches hidden layers, and the network has none');

      p.phase('contrast', () => {
        const sink = context.sink('optimizer', 'contrast');
        const wrong = drawnClass(p, 'wrong', { not: task.index, classes: task.outputs });
        network.walk(p, input, mode, (unit, { input: x }) => {
          if (unit.learns) {
            const sum = accumulate(p, sink);
            const [right, other] = [task.index, wrong].map((classes) => show(p, unit, { x, classes, context }));
            const doubt = other.goodness.minus(right.goodness).times(sharpness).map('sigmoid');
            const slope = doubt.times(sharpness).over(new Scalar(samples));
            right.learn(slope.times(-1), sum);
            other.learn(slope, sum);
            sum.spend(p);
          }
          return unit !== hidden[hidden.length - 1];
        });
      });

      p.phase('read', () => {
        const sink = context.sink('optimizer', 'read');
        const outcome = task.outcome(p, null);
        network.walk(p, input, mode, (unit, saved) => {
          if (unit.last) unit.back(p, saved, outcome.score(p, saved.output), { ...mode, sink });
          return !unit.last;
        });
      });

      return {
        stages: [
          { step: 'contrast', until: { share: 2 / 3 } },
          { step: 'read', until: { share: 1 / 3 } },
        ],
      };
    },
  });
}

interface Showing {
  readonly x: Tensor;
  /** The class of which each sample is shown the pattern. */
  readonly classes: Buffer;
  readonly context: RuleContext;
}

interface Shown {
  /** Of each sample. */
  readonly goodness: Expression;
  /** Learns from dL/dG of each sample. */
  learn(slope: Expression, sink: Sink): void;
}

/** One pass through a unit, with patterns on its input. */
function show(p: Program, unit: Part, { x, classes, context: { own, task } }: Showing): Shown {
  const { name } = unit;
  const inputs = fixed(x.features, `the inputs of '${name}'`);
  const most = capacity(task.outputs);
  const P = own(name, dense(inputs, { bias: false }), { name: 'pattern', like: [most] });
  const pattern = P.forward(p, p.compute(`${name}/class`, new OneHot(classes, constant(most))), mode);
  const saved = unit.forward(p, p.compute(`${name}/shown`, x.plus(pattern.output.reshape(x.shape))), mode);
  const a = saved.output;
  const n = fixed(a.features, `the outputs of '${name}'`);
  return {
    goodness: p.rowSum(`${name}/goodness`, a.map('square').over(n)),
    learn(slope, sink) {
      const da = a.times(2 / n).times(slope);
      const dx = pulled(p, unit, saved, da, { ...mode, sink, kernels: gradientKernels });
      P.back(p, pattern, p.materialize(`${name}/shown/dx`, dx).reshape(pattern.output.shape), { ...mode, sink });
    },
  };
}
