// Locality of every rule, proved in two steps: poison shows that calls and units depend on nothing but what they
// declare to read, and from what they declare `analyse` computes the claims. Rules known from the literature check it.

import { describe, expect, test } from 'vitest';
import { accesses, analyse, type Locality, type Proof } from '../../runtime/program/analyse.ts';
import { constant, type Dim } from '../../runtime/program/dim.ts';
import { wholeWindow, type Expression, type Tensor } from '../../runtime/program/expression.ts';
import { poisonSteps, poisonUnits } from '../../runtime/program/poison.ts';
import { Program, type BufferSpec } from '../../runtime/program/program.ts';
import { f32_matmul_bt } from '../../runtime/simd/kernels/f32-matmul-bt.ts';
import { f32_random } from '../../runtime/simd/kernels/f32-random.ts';
import { rules } from '../../src/forward-only/index.ts';
import {
  defineRule,
  dense,
  forwardAll,
  outcome,
  OneHot,
  recordLoss,
  recordOptimizer,
  recordPredict,
  Scalar,
  sequential,
  sgd,
  tpsgd,
  type Network,
  type NetworkSpec,
  type Rule,
  type RuleContext,
} from '../../src/index.ts';
import { gradientKernels } from '../../src/layers/parts/gradient-kernels.ts';
import type { Layer, Saved } from '../../src/layers/layer.ts';
import { initialize, recordNetwork } from '../../src/layers/network.ts';
import { f32 } from '../../src/quantization/f32.ts';
import type { RecordedOptimizer } from '../../src/optimizers/optimizer.ts';
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
const proofOf = (network: NetworkSpec, rule: Rule): Proof => {
  const subject = trained(network, rule);
  return analyse(subject.program, phasesOf(subject));
};
const localityOf = (network: NetworkSpec, rule: Rule): Locality => proofOf(network, rule).locality;

const LOCAL: Locality = { backwardLocked: false, updateLocked: false, weightTransport: false, delayed: false };
const GLOBAL: Locality = { backwardLocked: true, updateLocked: true, weightTransport: true, delayed: false };

describe.each([
  ['backprop', GLOBAL],
  ['tpsgd', LOCAL],
  ['drtp', LOCAL],
] as const)('%s', (name, claims) => {
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
        const behind = subject.program.buffers.filter(
          (buffer) => reads.includes(buffer.name) && order.indexOf(buffer.unit ?? '') > order.indexOf(unit),
        );
        expect(
          behind.map((buffer) => buffer.name),
          `${unit} in ${phase}`,
        ).toEqual([]);
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
  readonly front: Saved & { readonly name: string };
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
    p.call(f32_random('normal'), { out: matrix, n: rows * padded, stride: 1, first: 0, scale: 0.1, ...p.draws(name) }),
  );
  const out = p.tensor({ name: `${name}/projected`, shape: [delta.shape[0], rows], role: 'activation' });
  p.call(f32_matmul_bt, { dx: out, delta, weight: matrix, batch: delta.shape[0], inputs: rows, outputs: columns });
  return out;
}

/** A rule that computes the error, then updates from the output back with deltas from `feedback`. */
const feedbackRule = (name: string, feedback: Feedback, errorIn: string | null = null): Rule =>
  defineRule({
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
          const next =
            index === 0
              ? delta
              : feedback(p, {
                  error,
                  front: { ...saved[index - 1], name: network.layers[index - 1].name },
                  behind,
                  pull,
                });
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
    p.unit(front.name, () => project(p, `${behind.name}/feedback`, error, widthOf(front)));

  test('direct feedback alignment waits for the output, and for nothing handed back', () => {
    const claims = { ...LOCAL, updateLocked: true };
    expect(localityOf(mlp, feedbackRule('dfa', direct))).toEqual(claims);
  });

  test("the error is the loss's, whichever unit computes it", () => {
    const claims = { ...LOCAL, updateLocked: true };
    expect(localityOf(mlp, feedbackRule('dfa', direct, 'dense_3'))).toEqual(claims);
  });

  test('feedback alignment hands deltas back, but transports no weights', () => {
    const alignment: Feedback = (p, { front, behind }) =>
      p.unit(behind.name, () => {
        const slope = behind.output.times(behind.output).times(-1).plus(1);
        return project(p, `${behind.name}/feedback`, p.compute('delta', behind.delta.times(slope)), widthOf(front));
      });
    const claims = { ...GLOBAL, weightTransport: false };
    expect(localityOf(mlp, feedbackRule('fa', alignment))).toEqual(claims);
  });

  test('backpropagation recorded in the unit that learns is found out', () => {
    const hidden: Feedback = (p, { front, pull }) => p.unit(front.name, pull);
    expect(localityOf(mlp, feedbackRule('hidden-backprop', hidden))).toEqual(GLOBAL);
  });

  test('a network of one unit locks nothing, and is said to be one', () => {
    expect(proofOf(sequential([12], [dense(4)]), rules.backprop())).toEqual({
      locality: LOCAL,
      units: 1,
      largestShare: 1,
    });
  });
});

// ---- backpropagation that hides ------------------------------------------------------------------------------------

/** A rule whose training phase is recorded by `train`; it gets the layers, and what backpropagation needs. */
const hiding = (name: string, train: (p: Program, train: Hidden) => void): Rule =>
  defineRule({
    name,
    paper: 'recorded for this test',
    loss: 'crossEntropy',
    optimizer: sgd(0.1),
    record(p, network, context) {
      const steps = recordOptimizer(p, this.optimizer);
      p.phase('train', () =>
        train(p, {
          network,
          context,
          steps,
          lossOf: (logits) =>
            recordLoss(p, {
              name: 'crossEntropy',
              logits,
              label: context.label,
              ...outcome(p, 'train', context.input.batch, context.classes),
            }),
        }),
      );
      recordPredict(p, network, context, 'crossEntropy');
      return [{ phase: 'train', share: 1, scores: true }];
    },
  });

interface Hidden {
  readonly network: Network;
  readonly context: RuleContext;
  readonly steps: RecordedOptimizer;
  lossOf(logits: Tensor): Expression;
}

/** Deltas of all layers, each pulled in the unit of its layer. */
function deltasOf(p: Program, layers: readonly Layer[], saved: readonly Saved[], last: Expression): Expression[] {
  const deltas = [last];
  for (let index = layers.length - 1; index > 0; index--) {
    const [delta] = deltas;
    deltas.unshift(p.unit(layers[index].name, () => layers[index].pull(p, saved[index], delta, gradientKernels)));
  }
  return deltas;
}

describe('backpropagation is found out', () => {
  test("over layers of the rule's own", () => {
    const own = defineRule({
      name: 'own-layers',
      paper: 'recorded for this test',
      loss: 'crossEntropy',
      optimizer: sgd(0.1),
      record(p, { spec }, context) {
        const layers = spec.layers.map(({ spec: layer, name }) => ({ ...layer, name: `own/${name}` }));
        const copy = recordNetwork(p, sequential(spec.inputShape, layers), f32, context.classes);
        p.phase('prepare', () => initialize(p, copy));
        return rules.backprop().record(p, copy, context);
      },
    });
    expect(proofOf(mlp, own)).toMatchObject({ locality: GLOBAL, units: 3 });
  });

  test('in units whose names run against the network', () => {
    const reversed = hiding('reversed', (p, { network: { layers }, context, steps, lossOf }) => {
      const gate = (name: string): Tensor => p.unit(name, () => p.compute(`${name}/first`, context.input.times(1)));
      layers
        .map(({ name }) => name)
        .reverse()
        .forEach(gate);
      const saved = forwardAll(p, layers, context.input, { training: true });
      const deltas = deltasOf(p, layers, saved, lossOf(saved[saved.length - 1].output));
      layers.forEach((layer, index) => p.unit(layer.name, () => layer.update(p, saved[index], deltas[index], steps)));
    });
    expect(localityOf(mlp, reversed)).toEqual(GLOBAL);
  });

  test('one step late through lasting buffers: delayed, and it transports weights', () => {
    const late = hiding('late', (p, { network: { layers }, context, steps, lossOf }) => {
      const widths = [12, 9, 8];
      const last = (name: string, columns: Dim | number): Tensor =>
        p.tensor({ name, shape: [context.input.batch, columns], role: 'state', life: 'persistent' });
      const slots = layers.map((_, index) => ({
        input: last(`x${index}`, widths[index]),
        output: last(`y${index}`, widths[index + 1] ?? context.classes),
        delta: last(`delta${index}`, widths[index + 1] ?? context.classes),
      }));
      const keep = (value: Expression, slot: Tensor): void => {
        const window = wholeWindow(slot.shape);
        p.evaluate(value, slot.at(0), window, window.columns, window.columns);
      };
      layers.forEach((layer, index) =>
        p.unit(layer.name, () => layer.update(p, slots[index], slots[index].delta, steps)),
      );
      const saved = forwardAll(p, layers, context.input, { training: true });
      const deltas = deltasOf(p, layers, saved, lossOf(saved[saved.length - 1].output));
      layers.forEach((layer, index) =>
        p.unit(layer.name, () => {
          keep(saved[index].input, slots[index].input);
          keep(saved[index].output, slots[index].output);
          keep(deltas[index], slots[index].delta);
        }),
      );
    });
    expect(localityOf(mlp, late)).toEqual({ ...LOCAL, weightTransport: true, delayed: true });
  });

  test('with updates outside any unit: refused, with the line', () => {
    const outside = hiding('outside', (p, { network: { layers }, context, steps, lossOf }) => {
      const saved = forwardAll(p, layers, context.input, { training: true });
      const deltas = deltasOf(p, layers, saved, lossOf(saved[saved.length - 1].output));
      layers.forEach((layer, index) => layer.update(p, saved[index], deltas[index], steps));
    });
    expect(() => localityOf(mlp, outside)).toThrow(
      /^f32_matmul_update_sgd writes the weight 'dense_1\/weight' outside any unit; .*locality\.test\.ts:\d+/,
    );
  });

  test('with weights that are called state', () => {
    expect(disguised('behind')).toEqual(GLOBAL);
    expect(disguised('front')).toEqual(LOCAL);
  });

  test('as one unit: nothing waits, but one unit holds all', () => {
    const one = hiding('one', (p, { network: { layers }, context, steps, lossOf }) =>
      p.unit('all', () => {
        const saved = forwardAll(p, layers, context.input, { training: true });
        const deltas = deltasOf(p, layers, saved, lossOf(saved[saved.length - 1].output));
        layers.forEach((layer, index) => layer.update(p, saved[index], deltas[index], steps));
      }),
    );
    expect(proofOf(mlp, one)).toEqual({ locality: LOCAL, units: 1, largestShare: 1 });
  });
});

/** Two weights of role `state` that training changes and `predict` reads; `front` learns from what `from` computed. */
function disguised(from: 'front' | 'behind'): Locality {
  const p = new Program();
  const number = (name: string, spec: Partial<BufferSpec> = {}): Tensor =>
    p.tensor({ name, shape: [1, 1], role: 'state', life: 'persistent', ...spec });
  const input = number('input', { role: 'input', life: 'transient', port: 'before' });
  const [first, second] = ['front', 'behind'].map((unit) => p.unit(unit, () => number(`${unit}/weight`)));
  const write = (unit: string, out: Tensor, value: Expression): void =>
    p.unit(unit, () => p.evaluate(value, out.at(0), wholeWindow(out.shape), 1, 1));
  const forward = (phase: string): Tensor => {
    const hidden = p.unit('front', () => p.compute('hidden', input.times(first)));
    const output = number(`${phase}/output`, { life: 'transient', port: 'after', unit: null });
    write('behind', output, hidden.times(second));
    return hidden;
  };
  p.phase('train', () => {
    const hidden = forward('train');
    const back = p.unit(from, () => p.compute('back', hidden.times(from === 'behind' ? second : first)));
    write('front', first, first.minus(back));
    write('behind', second, second.minus(hidden));
  });
  p.phase('predict', () => forward('predict'));
  return analyse(p, ['train']).locality;
}

test('units that write one weight are one unit', () => {
  const p = new Program();
  const tensor = (name: string): Tensor =>
    p.tensor({ name, shape: [1, 8], role: 'parameter', life: 'persistent', unit: null });
  const [shared, own] = [tensor('shared'), tensor('own')];
  const step = (unit: string, weight: Tensor): void =>
    p.unit(unit, () => p.evaluate(weight.times(0.5), weight.at(0), wholeWindow(weight.shape), 8, 8));
  p.phase('train', () => {
    step('a', shared);
    step('b', shared);
    step('b', own);
  });
  expect(analyse(p, ['train'])).toMatchObject({ units: 1, largestShare: 1 });
  p.phase('train', () => step('c', tensor('third')));
  expect(analyse(p, ['train'])).toMatchObject({ units: 2, largestShare: 2 / 3 });
});
