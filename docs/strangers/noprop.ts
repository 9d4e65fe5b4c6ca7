// NoProp in discrete time, written outside the library: T blocks, each of which learns by itself to tell the class from
// the image and a noised label. No block sees another one while it learns. Labels are embedded one-hot: u_y = e_y.
//
//   training of block t   z = sqrt(abar_(t-1)) u_y + sqrt(1 - abar_(t-1)) eps,   eps ~ N(0, I)
//                         L_t = T/2 eta (SNR(t) - SNR(t-1)) |u_t(z, x) - u_y|^2,   u_t = softmax(block_t(x, z))
//   inference             z_0 = 0;   z_t = a_t u_t(z_(t-1), x) + b_t z_(t-1);   the class is the largest of z_T
//
// The declared network is the pattern of a block, which sees z beside x. The noise that inference may add is left out.
// Source: Li, Teh, Pascanu: NoProp. arXiv 2503.24322 (2025).

import { adamw, block, RuleError, type Optimizer, type Rule } from 'onward';
import {
  capacity,
  defineRule,
  gradientKernels,
  LOCAL,
  Scalar,
  softmax,
  type Expression,
  type Layer,
  type Program,
  type Tensor,
} from 'onward/author';

interface NopropOptions {
  readonly optimizer?: Optimizer;
  readonly T?: number;
  readonly eta?: number;
}

/** From noise, t = 0, to the label, t = T, along a cosine. */
function schedule(T: number) {
  const abar = (t: number): number => Math.sin((0.5 * Math.PI * (t + 0.5)) / (T + 1)) ** 2;
  const snr = (t: number): number => abar(t) / (1 - abar(t));
  const alpha = (t: number): number => abar(t) / abar(t + 1);
  return {
    label: (t: number): number => Math.sqrt(abar(t - 1)),
    noise: (t: number): number => Math.sqrt(1 - abar(t - 1)),
    gain: (t: number): number => snr(t) - snr(t - 1),
    a: (t: number): number => (Math.sqrt(abar(t)) * (1 - alpha(t - 1))) / (1 - abar(t - 1)),
    b: (t: number): number => (Math.sqrt(alpha(t - 1)) * (1 - abar(t))) / (1 - abar(t - 1)),
  };
}

export default ({ optimizer = adamw(0.001, { weightDecay: 0.001 }), T = 5, eta = 0.1 }: NopropOptions = {}): Rule =>
  defineRule({
    name: 'noprop',
    paper: 'Li, Teh, Pascanu: NoProp: training neural networks without back-propagation. arXiv 2503.24322, 2025',
    config: { T, eta },
    optimizers: { optimizer },
    head: 'own',
    locality: LOCAL,
    record(p, network, { input, task, batch, samples, weight, own, sink }) {
      const { inputShape, layers, steps } = network.spec;
      if (steps !== null || inputShape.length !== 1) throw new RuleError('noprop wants samples of one axis, no time');
      const { label, noise, gain, a, b } = schedule(T);
      const [size, most] = [inputShape[0], capacity(task.outputs)];
      const pattern = block(layers.map(({ spec }) => spec));
      const blocks = Array.from({ length: T }, (_, index) => ({ t: index + 1, name: `block_${index + 1}` }));
      const netOf = (name: string): Layer =>
        own(name, pattern, { name: 'net', like: [size + most], outputs: task.outputs });
      const beside = (program: Program, name: string, z: Expression): Tensor => {
        const seen = program.tensor({ name: `${name}/seen`, shape: [batch, size + most], role: 'activation' });
        program.write(seen.columns(0, size), input.at(program));
        program.write(seen.columns(size, most), z);
        return seen;
      };

      p.phase('train', () => {
        const to = { training: true, sink: sink(), kernels: gradientKernels };
        const outcome = task.outcome(p, null);
        for (const { t, name } of blocks) {
          p.unit(name, () => {
            const y = task.encode();
            const eps = p.drawn(`${name}/eps`, [batch, task.outputs], { kind: 'normal', each: 'step', per: 'sample' });
            const z = y.times(label(t)).plus(eps.times(noise(t)));
            const saved = netOf(name).forward(p, beside(p, name, z), to);
            const u = softmax(p, `${name}/u`, saved.output);
            if (t === T) outcome.score(p, saved.output);
            const g = u.minus(y).times(T * eta * gain(t));
            const through = u.times(g.minus(p.rowSum(`${name}/inner`, u.times(g))));
            netOf(name).back(p, saved, through.times(weight).over(new Scalar(samples)), to);
          });
        }
      });
      const predict = (program: Program): Tensor => {
        const z = program.tensor({ name: 'z', shape: [batch, task.outputs], role: 'state' });
        program.zero(z);
        for (const { t, name } of blocks) {
          const { output } = netOf(name).forward(program, beside(program, name, z), { training: false });
          const u = softmax(program, `${name}/u`, output);
          program.write(z, u.times(a(t)).plus(z.times(b(t))));
        }
        return z;
      };
      return { predict };
    },
  });
