/**
 * Locality of every rule, proved in two steps: poison shows that calls and units depend on nothing but what they
 * declare to read, and from what they declare `analyse` computes the claims. Rules known from the literature check it.
 */
import { describe, expect, test } from 'vitest';
import { accesses, analyse, type Locality } from '../../runtime/program/analyse.ts';
import { constant } from '../../runtime/program/dim.ts';
import type { Expression, Tensor } from '../../runtime/program/expression.ts';
import { poisonSteps, poisonUnits } from '../../runtime/program/poison.ts';
import type { Program } from '../../runtime/program/program.ts';
import { f32_matmul_bt } from '../../runtime/simd/f32-matmul-bt.ts';
import { f32_random } from '../../runtime/simd/f32-random.ts';
import { rules } from '../../src/forward-only/index.ts';
import {
  defineRule, dense, forwardAll, outcome, OneHot, recordLoss, recordOptimizer, recordPredict, Scalar, sequential, sgd,
  tpsgd,
  type NetworkSpec, type Rule,
} from '../../src/index.ts';
import { gradientKernels } from '../../src/layers/gradient-kernels.ts';
import type { Saved } from '../../src/layers/layer.ts';
import { batchOf, host, type Host } from './host.ts';
import { CAPACITY, CLASSES, networks } from './networks.ts';

const BATCH = 5;

/** On an unshared plan, after one step, so that no state is what it was first. */
function trained(network: NetworkSpec, rule: Rule): Host {
  const classes = { names: CLASSES, capacity: CAPACITY };
  const subject = host({ network, rule, classes, batchSize: BATCH }, 'simd128', { share: false });
  subject.train(batchOf(network, BATCH, 0, CLASSES.length), CLASSES.length);
  return subject;
}

const phasesOf = ({ stages }: Host): string[] => stages.map(({ phase }) => phase);
const namesOf = ({ layers }: NetworkSpec): string[] => layers.map(({ name }) => name);
const localityOf = (network: NetworkSpec, rule: Rule): Locality => {
  const subject = trained(network, rule);
  return analyse(subject.program, phasesOf(subject), namesOf(network));
};

const LOCAL: Locality = { backwardLocked: false, updateLocked: false, weightTransport: false };
const GLOBAL: Locality = { backwardLocked: true, updateLocked: true, weightTransport: true };

describe.each([['backprop', GLOBAL], ['tpsgd', LOCAL], ['drtp', LOCAL]] as const)('%s', (name, claims) => {
  test.each(Object.entries(networks))('%s network: what it claims', (_, network) => {
    expect(localityOf(network, rules[name]())).toEqual(claims);
  });
});

describe.each(Object.entries(rules))('%s', (_name, rule) => {
  test.each(Object.entries(networks))('%s network: no step and no unit notices poison', async (_, network) => {
    const subject = trained(network, rule());
    for (const phase of phasesOf(subject)) {
      const options = { ...subject, features: 'simd128', phase, before: subject.bytes } as const;
      expect(await poisonSteps(options)).toEqual([]);
      expect(await poisonUnits(options)).toEqual([]);
    }
  });
});

test.each(['tpsgd', 'drtp'] as const)('%s: a unit reads nothing that a unit behind it wrote', (name) => {
  for (const network of Object.values(networks)) {
    const subject = trained(network, rules[name]());
    const order = namesOf(network);
    for (const phase of phasesOf(subject)) {
      for (const { unit, reads } of accesses(subject.program, phase)) {
        const behind = subject.program.buffers.filter((buffer) =>
          reads.includes(buffer.name) && order.indexOf(buffer.unit ?? '') > order.indexOf(unit));
        expect(behind.map((buffer) => buffer.name), `${unit} in ${phase}`).toEqual([]);
      }
    }
  }
});

test('tpsgd layer by layer is as local as all layers at once', () => {
  const rule = tpsgd({ order: 'greedy' });
  for (const network of Object.values(networks)) expect(localityOf(network, rule)).toEqual(LOCAL);
});

// ---- rules from the literature, recorded by hand -------------------------------------------------------------------

const mlp = sequential([12], [dense(9, { activation: 'tanh' }), dense(8, { activation: 'tanh' }), dense(4)]);

interface Handover {
  readonly error: Tensor;
  /** The layer in front, which gets a delta, and the one behind it with its delta dL/d(output). */
  readonly front: Saved;
  readonly behind: Saved & { readonly name: string; readonly delta: Expression };
  /** The true delta: through the weights behind. */
  pull(): Expression;
}

/** dL/d(output) of a hidden layer. */
type Feedback = (p: Program, handover: Handover) => Expression;

/** A fixed random matrix B of (rows, classes), and `error B^T`: feedback without the forward weights. */
function project(p: Program, name: string, delta: Tensor, rows: number): Tensor {
  const columns = delta.shape[1];
  const padded = 8 * Math.ceil((columns.count?.capacity ?? columns.offset) / 8);
  const matrix = p.buffer({ name, shape: [constant(rows * padded)], role: 'constant', life: 'persistent' });
  p.phase('prepare', () =>
    p.call(f32_random('normal'), { out: matrix, n: rows * padded, stride: 1, first: 0, scale: 0.1, ...p.draws(name) }));
  const out = p.tensor({ name: `${name}/projected`, shape: [delta.shape[0], rows], role: 'activation' });
  p.call(f32_matmul_bt, { dx: out, delta, weight: matrix, batch: delta.shape[0], inputs: rows, outputs: columns });
  return out;
}

/** A rule that computes the error, then updates from the output back with deltas from `feedback`. */
const feedbackRule = (name: string, feedback: Feedback, errorIn: string | null = null): Rule => defineRule({
  name,
  paper: 'recorded for this test',
  loss: 'crossEntropy',
  optimizer: sgd(0.1),
  record(p, network, context) {
    const steps = recordOptimizer(p, this.optimizer);
    p.phase('train', () => {
      const saved = forwardAll(p, network.layers, context.input, { training: true });
      const logits = saved[saved.length - 1].output;
      const { loss, output } = outcome(p, 'train', context.input.batch, context.classes);
      recordLoss(p, { name: 'crossEntropy', logits, label: context.label, loss, output });
      const mean = output.minus(new OneHot(context.label, context.classes)).over(new Scalar(context.input.batch));
      const error = errorIn === null ? p.compute('error', mean) : p.unit(errorIn, () => p.compute('error', mean));
      let delta: Expression = error;
      for (let index = saved.length - 1; index >= 0; index--) {
        const layer = network.layers[index];
        const pull = (): Expression => layer.pull(p, saved[index], delta, gradientKernels);
        const behind = { ...saved[index], name: layer.name, delta };
        const next = index === 0 ? delta : p.unit(network.layers[index - 1].name, () =>
          feedback(p, { error, front: saved[index - 1], behind, pull }));
        p.unit(layer.name, () => layer.update(p, saved[index], delta, steps));
        delta = next;
      }
    });
    recordPredict(p, network, context, 'crossEntropy');
    return [{ phase: 'train', share: 1, scores: true }];
  },
});

const widthOf = ({ output }: Saved): number => output.shape[1].offset;

describe('rules from the literature', () => {
  const direct: Feedback = (p, { error, front, behind }) =>
    project(p, `${behind.name}/feedback`, error, widthOf(front));

  test('direct feedback alignment waits for the output, and for nothing handed back', () => {
    const claims = { backwardLocked: false, updateLocked: true, weightTransport: false };
    expect(localityOf(mlp, feedbackRule('dfa', direct))).toEqual(claims);
  });

  test('the error is the loss\'s, whichever unit computes it', () => {
    const claims = { backwardLocked: false, updateLocked: true, weightTransport: false };
    expect(localityOf(mlp, feedbackRule('dfa', direct, 'dense_3'))).toEqual(claims);
  });

  test('feedback alignment hands deltas back, but transports no weights', () => {
    const alignment: Feedback = (p, { front, behind }) => p.unit(behind.name, () => {
      const slope = behind.output.times(behind.output).times(-1).plus(1);
      return project(p, `${behind.name}/feedback`, p.compute('delta', behind.delta.times(slope)), widthOf(front));
    });
    const claims = { backwardLocked: true, updateLocked: true, weightTransport: false };
    expect(localityOf(mlp, feedbackRule('fa', alignment))).toEqual(claims);
  });

  test('backpropagation recorded in the unit that learns is found out', () => {
    const hidden: Feedback = (_, { pull }) => pull();
    expect(localityOf(mlp, feedbackRule('hidden-backprop', hidden))).toEqual(GLOBAL);
  });

  test('a network of one unit locks nothing', () => {
    expect(localityOf(sequential([12], [dense(4)]), rules.backprop())).toEqual(LOCAL);
  });
});
