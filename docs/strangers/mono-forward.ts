// Mono-Forward, written outside the library: each hidden layer learns by a projection of its own onto the classes.
//
//   a_i = f(W_i a_(i-1) + b_i);   G_i = a_i M_i;   L_i = CE(softmax G_i, y);   (W_i, M_i) <- update(dL_i)
//
// The answer is the sum of all G_i and the output. Source: Gong, Li, Abdulla, arXiv 2501.09238 (2025).

import { adam, block, dense, flatten, RuleError, type Optimizer, type Rule } from 'onward';
import {
  capacity,
  defineRule,
  gradientKernels,
  LOCAL,
  pulled,
  type Layer,
  type Part,
  type Tensor,
} from 'onward/author';

export default ({ optimizer = adam(0.001, { schedule: 'linear' }) }: { optimizer?: Optimizer } = {}): Rule =>
  defineRule({
    name: 'monoForwardOutside',
    paper: 'Gong, Li, Abdulla: Mono-Forward. arXiv 2501.09238, 2025',
    optimizers: { optimizer },
    locality: LOCAL,
    record(p, network, { input, task, batch, own, sink }) {
      if (input.steps !== null) throw new RuleError('monoForwardOutside wants a network without time');
      const onto = block([flatten(), dense(capacity(task.outputs), { bias: false })]);
      const M = ({ name }: Part, a: Tensor): Layer =>
        own(name, onto, { name: 'projection', like: a, outputs: task.outputs });

      p.phase('train', () => {
        const to = { training: true, sink: sink(), kernels: gradientKernels };
        const outcome = task.outcome(p, null);
        network.walk(p, input, to, (unit, saved) => {
          const { output: a } = saved;
          if (unit.last) unit.back(p, saved, outcome.score(p, a), to);
          else if (unit.learns) {
            const G = M(unit, a).forward(p, a, to);
            const { delta } = task.loss(p, G.output, unit.name);
            unit.back(p, saved, pulled(p, M(unit, a), G, delta, to), to);
          }
          return !unit.last;
        });
      });
      const predict = (program: typeof p): Tensor => {
        const mode = { training: false };
        const sum = program.tensor({ name: 'goodness', shape: [batch, task.outputs], role: 'state' });
        program.zero(sum);
        const output = network.walk(program, input, mode, (unit, { output: a }) => {
          if (unit.learns && !unit.last) program.write(sum, sum.plus(M(unit, a).forward(program, a, mode).output));
        });
        program.write(sum, sum.plus(output));
        return sum;
      };
      return { predict };
    },
  });
