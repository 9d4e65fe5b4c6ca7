// Forward-Forward, written outside the library: each hidden layer tells images that carry their own label (positive)
// from images that carry a wrong one (negative), by its goodness.
//
//   G = sum_j y_j^2;   p = sigmoid(G - theta);   L = -log p (positive), -log(1 - p) (negative)
//   dL/dy = 2 y (p - t),   t = 1 (positive), 0 (negative),   theta = the number of units
//
// The label stands in the first features of the image. What goes on from layer to layer should be normalised, as by
// rmsNormalize() in front of each, so that no layer sees the goodness of the one below. The answer is a linear
// read-out, the network's last layer, of what the hidden layers make of an image with a neutral label.
// Source: Hinton, arXiv 2212.13345 (2022); theta and the neutral label as in loeweX/Forward-Forward.

import { adam, RuleError, type Optimizer, type Rule } from 'onward';
import {
  accumulate,
  capacity,
  defineRule,
  drawnClass,
  fixed,
  LOCAL,
  OneHot,
  Scalar,
  type Expression,
  type Program,
  type Tensor,
} from 'onward/author';

const NEUTRAL = 0.1;

export default ({ optimizer = adam(0.001) }: { optimizer?: Optimizer } = {}): Rule =>
  defineRule({
    name: 'forwardForward',
    paper: 'Hinton: The forward-forward algorithm: some preliminary investigations. arXiv 2212.13345, 2022',
    optimizers: { optimizer },
    locality: LOCAL,
    record(p, network, context) {
      const { input, task, samples, weight } = context;
      const top = network.units.filter(({ last }) => !last).pop();
      if (input.steps !== null) throw new RuleError('forwardForward wants a network without time');
      if (top === undefined) throw new RuleError('forwardForward teaches hidden layers, and the network has none');
      const most = capacity(task.outputs);
      const features = fixed(input.at(p).features, 'the features of a sample');
      if (features < most) throw new RuleError(`${features} features have no room for a label of ${most}`);

      const labelled = (program: Program, name: string, label: Expression | number): Tensor => {
        const image = program.compute(name, input.at(program));
        program.write(image.columns(0, task.outputs), label);
        return image;
      };
      const neutral = (program: Program): Tensor => labelled(program, 'neutral', NEUTRAL);

      p.phase('train', () => {
        const mode = { training: true };
        const sink = context.sink();
        const wrong = drawnClass(p, 'wrong', { not: task.index, classes: task.outputs });
        const positive = labelled(p, 'positive', task.encode());
        let negative = labelled(p, 'negative', new OneHot(wrong, task.outputs));
        network.walk(p, positive, mode, (part, saved) => {
          const other = part.forward(p, negative, mode);
          negative = other.output;
          if (part.learns) {
            const sum = accumulate(p, sink);
            const learn = (pass: typeof saved, t: number): void => {
              const y = pass.output;
              const theta = fixed(y.features, `the units of '${part.name}'`);
              const G = p.rowSum(`${part.name}/goodness`, y.map('square'));
              const error = G.minus(theta).map('sigmoid').minus(t);
              const delta = y.times(2).times(error).times(weight).over(new Scalar(samples));
              part.back(p, pass, delta, { ...mode, sink: sum });
            };
            learn(saved, 1);
            learn(other, 0);
            sum.spend(p);
          }
          return part !== top;
        });
        const outcome = task.outcome(p, null);
        network.walk(p, neutral(p), mode, (part, saved) => {
          if (part.last) part.back(p, saved, outcome.score(p, saved.output), { ...mode, sink });
          return !part.last;
        });
      });
      return { predict: (program) => network.walk(program, neutral(program), { training: false }) };
    },
  });
