// Backpropagation that hides, and is found out: in the unit that learns, over layers of its own, under other names, a
// step late, outside any unit, with weights that are called state, as one unit.

import { describe, expect, test } from 'vitest';
import { analyse, type Locality } from '../../runtime/program/analyse.ts';
import type { Dim } from '../../runtime/program/dim.ts';
import type { Expression, Tensor } from '../../runtime/program/expression.ts';
import { Program, type BufferSpec } from '../../runtime/program/program.ts';
import {
  defineRule,
  gradientKernels,
  LOCAL,
  LOCKED,
  pulled,
  type Layer,
  type RuleContext,
  type Saved,
  type Sink,
} from '../../src/author.ts';
import { sgd, type Rule } from '../../src/index.ts';
import { feedbackRule } from './literature/feedback.ts';
import { mlp, proofOf } from './proof.ts';

const localityOf = (rule: Rule): Locality => proofOf(mlp, rule).locality;

interface Hidden {
  readonly layers: readonly Layer[];
  readonly context: RuleContext;
  readonly sink: Sink;
  readonly input: Tensor;
  /** Records loss and answer; gives dL/d(output). */
  lossOf(output: Tensor): Expression;
}

/** A rule whose training phase is recorded by `train`, over the layers themselves, which belong to no unit yet. */
const hiding = (name: string, train: (p: Program, given: Hidden) => void): Rule =>
  defineRule({
    name,
    paper: 'recorded for this test',
    optimizers: { optimizer: sgd(0.1) },
    locality: LOCAL,
    record(p, network, context) {
      p.phase('train', () => {
        const sink = context.sink();
        const outcome = context.task.outcome(p, null);
        train(p, {
          layers: network.parts.flatMap(({ layers }) => layers),
          context,
          sink,
          input: context.input.at(p),
          lossOf: (output) => outcome.score(p, output),
        });
      });
    },
  });

function forwardAll(p: Program, layers: readonly Layer[], input: Tensor): Saved[] {
  let x = input;
  return layers.map((layer) => {
    const saved = p.unit(layer.name, () => layer.forward(p, x, { training: true }));
    x = saved.output;
    return saved;
  });
}

/** Deltas of all layers, each pulled in the unit of its layer. */
function deltasOf(p: Program, layers: readonly Layer[], saved: readonly Saved[], last: Expression): Expression[] {
  const deltas = [last];
  for (let index = layers.length - 1; index > 0; index--) {
    const [delta] = deltas;
    const pull = (): Expression =>
      pulled(p, layers[index], saved[index], delta, { training: true, kernels: gradientKernels });
    deltas.unshift(p.unit(layers[index].name, pull));
  }
  return deltas;
}

/** Forward, back, and updates in whatever unit `inUnit` puts them. */
function backpropagate(
  p: Program,
  { layers, input, sink, lossOf }: Pick<Hidden, 'layers' | 'input' | 'sink' | 'lossOf'>,
  inUnit: (name: string, record: () => void) => void,
): void {
  const saved = forwardAll(p, layers, input);
  const deltas = deltasOf(p, layers, saved, lossOf(saved[saved.length - 1].output));
  layers.forEach((layer, index) =>
    inUnit(layer.name, () => {
      layer.back(p, saved[index], deltas[index], { training: true, sink });
    }),
  );
}

test('recorded in the unit that learns', () => {
  const rule = feedbackRule({
    name: 'hidden-backprop',
    paper: 'recorded for this test',
    locality: LOCAL,
    feedback: (p, { front, pull }) => p.unit(front.name, pull),
  });
  expect(localityOf(rule)).toEqual(LOCKED);
});

test("over layers of the rule's own", () => {
  const own = defineRule({
    name: 'own-layers',
    paper: 'recorded for this test',
    optimizers: { optimizer: sgd(0.1) },
    locality: LOCAL,
    record(p, { spec }, context) {
      const { input, task, sink } = context;
      const layers = spec.layers.map(({ spec: layer, name, inputShape }, index) =>
        context.own(`own_${name}`, layer, {
          name: 'copy',
          like: inputShape,
          ...(index === spec.layers.length - 1 && { outputs: task.outputs }),
        }),
      );
      const unitsOf = (): Layer[] => layers.map((layer) => ({ ...layer, name: layer.name.split('/')[0] }));
      p.phase('train', () => {
        const into = sink();
        const outcome = task.outcome(p, null);
        const lossOf = (output: Tensor): Expression => outcome.score(p, output);
        backpropagate(p, { layers: unitsOf(), input: input.at(p), sink: into, lossOf }, (unit, record) =>
          p.unit(unit, record),
        );
      });
      const predict = (program: Program): Tensor => {
        const saved = forwardAll(program, unitsOf(), input.at(program));
        return saved[saved.length - 1].output;
      };
      return { predict };
    },
  });
  expect(proofOf(mlp, own)).toMatchObject({ locality: LOCKED, units: 3 });
});

test('in units whose names run against the network', () => {
  const reversed = hiding('reversed', (p, given) => {
    const gate = (name: string): Tensor => p.unit(name, () => p.compute(`${name}/first`, given.input.times(1)));
    given.layers
      .map(({ name }) => name)
      .reverse()
      .forEach(gate);
    backpropagate(p, given, (unit, record) => p.unit(unit, record));
  });
  expect(localityOf(reversed)).toEqual(LOCKED);
});

test('one step late through lasting buffers: delayed, and it transports weights', () => {
  const late = hiding('late', (p, { layers, context, sink, input, lossOf }) => {
    const widths = [12, 9, 8];
    const lasting = (name: string, columns: Dim | number): Tensor =>
      p.tensor({ name, shape: [context.batch, columns], role: 'state', life: 'persistent' });
    const slots = layers.map((_, index) => ({
      input: lasting(`x${index}`, widths[index]),
      output: lasting(`y${index}`, widths[index + 1] ?? context.task.outputs),
      delta: lasting(`delta${index}`, widths[index + 1] ?? context.task.outputs),
    }));
    layers.forEach((layer, index) =>
      p.unit(layer.name, () => layer.back(p, slots[index], slots[index].delta, { training: true, sink })),
    );
    const saved = forwardAll(p, layers, input);
    const deltas = deltasOf(p, layers, saved, lossOf(saved[saved.length - 1].output));
    layers.forEach((layer, index) =>
      p.unit(layer.name, () => {
        p.write(slots[index].input, saved[index].input);
        p.write(slots[index].output, saved[index].output);
        p.write(slots[index].delta, deltas[index]);
      }),
    );
  });
  expect(localityOf(late)).toEqual({ ...LOCAL, weightTransport: true, delayed: true });
});

test('with updates outside any unit: refused, with the line', () => {
  const outside = hiding('outside', (p, given) => backpropagate(p, given, (_, record) => record()));
  expect(() => localityOf(outside)).toThrow(
    /^f32_matmul_update_sgd writes the weight 'dense_1\/weight' outside any unit; .*hiding\.test\.ts:\d+/,
  );
});

test('as one unit: nothing waits, but one unit holds all', () => {
  const one = hiding('one', (p, given) =>
    p.unit('all', () => backpropagate(p, given, (unit, record) => p.unit(unit, record))),
  );
  expect(proofOf(mlp, one)).toEqual({ locality: LOCAL, units: 1, largestShare: 1 });
});

describe('with weights that are called state', () => {
  /**
   * Two weights of role `state` that training changes and `predict` reads; `front` learns from what `from` computed.
   */
  function disguised(from: 'front' | 'behind'): Locality {
    const p = new Program();
    const number = (name: string, spec: Partial<BufferSpec> = {}): Tensor =>
      p.tensor({ name, shape: [1, 1], role: 'state', life: 'persistent', ...spec });
    const input = number('input', { role: 'input', life: 'transient', port: 'before' });
    const [first, second] = ['front', 'behind'].map((unit) => p.unit(unit, () => number(`${unit}/weight`)));
    const write = (unit: string, out: Tensor, value: Expression): void => p.unit(unit, () => p.write(out, value));
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

  test('those behind are found; those of its own lock nothing', () => {
    expect(disguised('behind')).toEqual(LOCKED);
    expect(disguised('front')).toEqual(LOCAL);
  });
});

test('units that write one weight are one unit', () => {
  const p = new Program();
  const tensor = (name: string): Tensor =>
    p.tensor({ name, shape: [1, 8], role: 'parameter', life: 'persistent', unit: null });
  const [shared, own] = [tensor('shared'), tensor('own')];
  const step = (unit: string, weight: Tensor): void => p.unit(unit, () => p.write(weight, weight.times(0.5)));
  p.phase('train', () => {
    step('a', shared);
    step('b', shared);
    step('b', own);
  });
  expect(analyse(p, ['train'])).toMatchObject({ units: 1, largestShare: 1 });
  p.phase('train', () => step('c', tensor('third')));
  expect(analyse(p, ['train'])).toMatchObject({ units: 2, largestShare: 2 / 3 });
});
