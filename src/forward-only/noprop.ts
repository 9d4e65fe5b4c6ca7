// NoProp: blocks learn, each by itself, to tell the label from a sample and a noised label. No block sees another one
// while it learns: to predict, noise becomes a label from block to block.
//
//   training of block t   z = l(t) u_y + n(t) eps,  eps ~ N(0, I);   L_t = w(t) |u_t - u_y|^2 / 2
//                         u_t = sum over the classes c of softmax(block_t(x, z))_c u_c
//   prediction            z_0 = 0;   z_(t+1) = a(t) u_t + b(t) z_t;   the answer is what the last block says
//
//   discrete     T blocks, t = 0 .. T - 1, s a cosine: l = sqrt s_t, n = sqrt(1 - s_t), w = 1; with r = s_t / s_(t+1)
//                a = sqrt(s_(t+1)) (1 - r) / (1 - s_t),   b = sqrt(r) (1 - s_(t+1)) / (1 - s_t)
//   continuous   one block that is told t, drawn from U(0, 1 - 1/T) for each sample, s = sigmoid(10 t - 5); else as
//                above, with w = SNR'(t) / SNR'(1), SNR = s / (1 - s), and T steps from t to t + 1/T to predict
//   flow         the same with l = t, n = 1 - t, w = 1 / T (1 - t)^2, a = 1 / T (1 - t), b = 1 - a: what is learned is
//                the velocity (u_t - z) / (1 - t)
//
// A block is the declared network, in which z stands beside the features of x from where these have one axis on; where
// it is told t, so do hats over [0, 1]. u_c is one-hot; or learned, so that the classes of noised labels are told apart
// by their products with u; or a prototype, here the running mean of a class (parts/embedding.ts).
//
// The paper weighs L_t by T/2 eta (SNR_t - SNR_(t-1)), which is no more than a rate for each block, and one that Adam
// undoes. It draws z_0 and adds noise on the way; here an answer is the same each time. Its last head, on z_T, and the
// learned schedule of the continuous form are left out; blocks do not learn the embedding.
//
// Source: Li, Teh, Pascanu: NoProp. arXiv 2503.24322 (2025).

import { along } from '../../runtime/program/buffer.ts';
import { capacity, constant } from '../../runtime/program/dim.ts';
import { Tensor, type Expression } from '../../runtime/program/expression.ts';
import { PerSample, Scalar } from '../../runtime/program/leaves.ts';
import type { Program } from '../../runtime/program/program.ts';
import { block } from '../layers/block.ts';
import { isTrained, pulled, type Back, type Mode, type Saved } from '../layers/layer.ts';
import type { Network } from '../layers/network.ts';
import { gradientKernels } from '../layers/parts/gradient-kernels.ts';
import { integer, keyOf, oneOf, readOptions } from '../options.ts';
import { adam } from '../optimizers/adam.ts';
import { anOptimizer, type Optimizer } from '../optimizers/optimizer.ts';
import type { Sink } from '../quantization/sink.ts';
import { embed, embeddingOptimizers, embeddings, type Embedding } from './parts/embedding.ts';
import { softmax } from './parts/softmax.ts';
import { expectStill, LOCAL, makeRule, RuleError, type Rule, type RuleContext } from './rule.ts';

type Amount = Expression | number;

/** A moment on the way from noise to the label. */
interface Moment {
  /** z = label u_y + noise eps, and what its loss counts. */
  readonly label: Amount;
  readonly noise: Amount;
  readonly weight: Amount;
  /** The next z = a u + b z. */
  readonly a: Amount;
  readonly b: Amount;
}

function discrete(t: number, steps: number): Moment {
  const s = (at: number): number => Math.sin((0.5 * Math.PI * (at + 0.5)) / (steps + 1)) ** 2;
  const [now, next] = [s(t), s(t + 1)];
  const r = now / next;
  return {
    label: Math.sqrt(now),
    noise: Math.sqrt(1 - now),
    weight: 1,
    a: (Math.sqrt(next) * (1 - r)) / (1 - now),
    b: (Math.sqrt(r) * (1 - next)) / (1 - now),
  };
}

/** From 0 to 1 log SNR goes from -5 to 5. */
const LOG_SNR = 10;

function continuous(t: Expression, steps: number): Moment {
  const s = (at: Expression): Expression => at.minus(0.5).times(LOG_SNR).map('sigmoid');
  const [now, next] = [s(t), s(t.plus(1 / steps))];
  const [noise, nextNoise] = [now, next].map((share) => share.times(-1).plus(1));
  const r = now.over(next);
  return {
    label: now.map('sqrt'),
    noise: noise.map('sqrt'),
    weight: t.minus(1).times(LOG_SNR).map('exp'),
    a: next.map('sqrt').times(r.times(-1).plus(1)).over(noise),
    b: r.map('sqrt').times(nextNoise).over(noise),
  };
}

function flow(t: Expression, steps: number): Moment {
  const left = t.times(-1).plus(1);
  const a = left.map('reciprocal').over(steps);
  return { label: t, noise: left, weight: left.map('square').map('reciprocal').over(steps), a, b: a.times(-1).plus(1) };
}

const forms = { discrete, continuous, flow } as const;

export interface NopropOptions {
  /** Default `adam(0.005, { schedule: 'linear' })`. */
  readonly optimizer?: Optimizer;
  /** T: blocks of the discrete form, steps of a prediction of the others; default 10. */
  readonly steps?: number;
  /** Default `discrete`: T blocks, each for its own share of noise. The other forms have one block for all of it. */
  readonly time?: 'discrete' | 'continuous' | 'flow';
  /** In what labels are noised: `oneHot` (default), `learned`, or a `prototype` of the size of a sample. */
  readonly embedding?: 'oneHot' | 'learned' | 'prototype';
  /** How many numbers a learned embedding has; default 20. */
  readonly size?: number;
}

export function noprop(options: NopropOptions = {}): Rule {
  const { optimizer, steps, time, embedding, size } = readOptions('noprop', options, RuleError, {
    optimizer: [anOptimizer, adam(0.005, { schedule: 'linear' })],
    steps: [integer(1), 10],
    time: [keyOf(forms), 'discrete'],
    embedding: [oneOf(embeddings), 'oneHot'],
    size: [integer(1), 20],
  });
  return makeRule({
    name: 'noprop',
    title: 'NoProp',
    about: 'Blocks learn on their own to find the label in noise. No block sees another one.',
    paper: 'Li, Teh, Pascanu: NoProp: training neural networks without back-propagation. arXiv 2503.24322, 2025',
    config: { steps, time, embedding, size },
    optimizers: { optimizer, ...embeddingOptimizers(embedding) },
    locality: LOCAL,
    record(p, network, context) {
      expectStill('noprop', context.input);
      const made = { context, embedding: embed(embedding, size, network, context) };
      const way = time === 'discrete' ? inBlocks(made, network, steps) : inOne(made, network, forms[time], steps);
      p.phase('train', () => {
        way.train(p);
        made.embedding.learn(p);
      });
      return { predict: way.predict };
    },
  });
}

interface Made {
  readonly context: RuleContext;
  readonly embedding: Embedding;
}

/** How blocks are trained, and asked one after the other. */
interface Way {
  train(p: Program): void;
  predict(p: Program): Tensor;
}

/** A block for each t. */
function inBlocks(made: Made, network: Network, steps: number): Way {
  const blocks = Array.from({ length: steps }, (_, t) => ({
    block: blockOf(made, network, `block_${t + 1}`),
    moment: discrete(t, steps),
  }));
  return {
    train(p) {
      const sink = made.context.sink();
      const outcome = made.context.task.outcome(p, null);
      for (const [t, { block, moment }] of blocks.entries()) {
        // the first block sees next to nothing of the label, so that its answer is one
        const answered = (logits: Tensor): unknown => t === 0 && outcome.score(p, logits);
        p.unit(block.name, () => teach(p, made, { block, moment, sink, answered }));
      }
    },
    predict(p) {
      const z = nothing(p, made);
      let logits = z;
      for (const { block, moment } of blocks) {
        logits = p.unit(block.name, () => denoise(p, made, { block, moment, z }));
      }
      return logits;
    },
  };
}

/** One block for every t. */
function inOne(made: Made, network: Network, form: (t: Expression, steps: number) => Moment, steps: number): Way {
  const { context } = made;
  const block = blockOf(made, network, 'block', HATS);
  return {
    train(p) {
      const sink = context.sink();
      const outcome = context.task.outcome(p, null);
      p.unit(block.name, () => {
        const t = new PerSample(p.buffer({ name: 'block/t', role: 'activation', shape: [context.batch] }));
        const shape = [context.batch, constant(1)];
        const range = [0, 1 - 1 / steps] as const;
        p.write(
          new Tensor(t.values, shape),
          p.drawn('block/t', shape, { kind: 'uniform', range, each: 'step', per: 'sample' }),
        );
        teach(p, made, { block, moment: form(t, steps), t, sink, answered: (logits) => outcome.score(p, logits) });
      });
    },
    predict(p) {
      const z = nothing(p, made);
      let logits = z;
      p.loop(steps, (index) => {
        const t = new Scalar(along(index, 1)).over(steps);
        logits = p.unit(block.name, () => denoise(p, made, { block, moment: form(t, steps), t, z }));
      });
      return logits;
    },
  };
}

const [TRAINING, ASKING]: readonly Mode[] = [{ training: true }, { training: false }];

/** The mean of the noise that a prediction begins with. */
function nothing(p: Program, { context, embedding }: Made): Tensor {
  const z = p.tensor({ name: 'z', role: 'state', shape: [context.batch, embedding.size] });
  p.zero(z);
  return z;
}

interface At {
  readonly block: Block;
  readonly moment: Moment;
  /** For a block that is told. */
  readonly t?: Expression;
}

interface Lesson extends At {
  readonly sink: Sink;
  /** Called with the logits. */
  answered(logits: Tensor): void;
}

/** A block learns to find the label in one that is noised. */
function teach(p: Program, { context, embedding }: Made, { block, moment, t, sink, answered }: Lesson): void {
  const { batch, samples, weight } = context;
  const { name } = block;
  const label = embedding.label(p);
  const eps = p.drawn(`${name}/eps`, [batch, embedding.size], { kind: 'normal', each: 'step', per: 'sample' });
  const z = label.times(moment.label).plus(eps.times(moment.noise));
  const said = block.say(p, z, TRAINING, t);
  answered(said.output);
  const shares = softmax(p, `${name}/shares`, said.output);
  const { u, back } = embedding.mean(p, shares);
  const off = back(u.minus(label).times(moment.weight));
  const delta = shares.times(off.minus(p.rowSum(`${name}/mean`, shares.times(off))));
  block.learn(p, said, delta.times(weight).over(new Scalar(samples)), { ...TRAINING, sink });
}

/** z takes a step; gives the logits of the block that took it. */
function denoise(p: Program, { embedding }: Made, { block, moment, t, z }: At & { readonly z: Tensor }): Tensor {
  const { output } = block.say(p, z, ASKING, t);
  const { u } = embedding.mean(p, softmax(p, `${block.name}/shares`, output));
  p.write(z, u.times(moment.a).plus(z.times(moment.b)));
  return output;
}

interface Said extends Saved {
  /** What the layers up to one axis saved; null where there are none. */
  readonly below: Saved | null;
}

interface Block {
  readonly name: string;
  say(p: Program, z: Expression, mode: Mode, t?: Expression): Said;
  learn(p: Program, said: Said, delta: Expression, to: Back): void;
}

/** Hats over [0, 1] that tell t: 1 at their own knot, 0 at the next ones. */
const HATS = 8;

const tell = (p: Program, hats: Tensor, t: Expression): void =>
  p.loop(HATS, (index) => {
    const knot = along(index, 1);
    const off = t.times(HATS - 1).minus(new Scalar(knot));
    p.write(hats.columns(knot, 1), off.map('abs').times(-1).plus(1).max(0));
  });

/** The declared network with weights of its own, and z beside the features of x; `hats`: those that tell t. */
function blockOf({ context, embedding }: Made, { spec }: Network, name: string, hats = 0): Block {
  const { input, batch, task, own } = context;
  const { inputShape, layers } = spec;
  const at = layers.findIndex((layer) => layer.inputShape.length === 1);
  const [features] = layers[at].inputShape;
  const told = features + hats;
  const size = capacity(embedding.size);
  const part = (from: number, to?: number) => block(layers.slice(from, to).map((layer) => layer.spec));
  const below = at === 0 ? null : own(name, part(0, at), { name: 'below', like: inputShape });
  const above = own(name, part(at), { name: 'above', like: [told + size], outputs: task.outputs });
  return {
    name,
    say(p, z, mode, t) {
      const x = input.at(p);
      const read = below?.forward(p, x, mode) ?? null;
      const seen = p.tensor({ name: `${name}/seen`, role: 'activation', shape: [batch, told + size] });
      p.write(seen.columns(0, features), read?.output ?? x);
      if (t !== undefined) tell(p, seen.columns(features, hats), t);
      // the last rows of a weight, so that classes may come
      p.write(seen.columns(told, size), z);
      return { below: read, ...above.forward(p, seen, mode) };
    },
    learn(p, { below: read, ...said }, delta, to) {
      if (below === null || read === null || !isTrained(below)) above.back(p, said, delta, to);
      else {
        const pulling = { ...to, kernels: gradientKernels };
        const seen = p.materialize(`${name}/told`, pulled(p, above, said, delta, pulling));
        below.back(p, read, seen.columns(0, features), pulling);
      }
    },
  };
}
