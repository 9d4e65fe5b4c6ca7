// What a spiking network does while it answers: the spikes and potentials of its neurons at every time step, as data
// for pictures, and how much work it was. A learner of its own looks on, with a rule that learns nothing: what its
// network holds at each step is its answer.

import { plus, times } from '../runtime/program/buffer.ts';
import { capacity, fixed } from '../runtime/program/dim.ts';
import { callsOf, type Call } from '../runtime/program/op.ts';
import { elementsOf } from '../runtime/program/layout.ts';
import { Tensor, type Expression } from '../runtime/program/expression.ts';
import { recordLearner } from './compile/record.ts';
import { createLearner } from './create.ts';
import { ConfigurationError } from './errors.ts';
import type { Program } from '../runtime/program/program.ts';
import { always, LOCAL, makeRule, type Rule } from './forward-only/rule.ts';
import type { Saved } from './layers/layer.ts';
import type { NetworkSpec, Part } from './layers/network.ts';
import type { SampleInput } from './learner/inputs.ts';
import type { WeightValues } from './learner/weights.ts';
import { expectThat } from './options.ts';
import { regression } from './tasks/regression.ts';

/** Of one layer of neurons: [samples, steps, neurons]; zeros behind the end of a sequence that has fewer steps. */
export interface Raster {
  readonly shape: readonly [samples: number, steps: number, neurons: number];
  /** 0 or 1. */
  readonly spikes: Uint8Array;
  /** Before the reset. */
  readonly potentials: Float32Array;
}

export interface Observation {
  /** By layer. */
  readonly layers: Readonly<Record<string, Raster>>;
  /** Share of neurons and steps without a spike. */
  readonly sparsity: number;
  /** Mean of a sample: weights that are multiplied with anything but 0, biases left out. */
  readonly synapticOperations: number;
  /** The same were nothing 0 but borders. */
  readonly denseOperations: number;
}

/** What is seen of each step: so many numbers, behind those of others. */
interface Sight {
  readonly layer: string;
  readonly what: 'spikes' | 'potentials' | 'inputs';
  readonly first: number;
  readonly width: number;
  /** Without the batch axis. */
  readonly input: readonly number[];
  readonly output: readonly number[];
  /** Of the weight of a product, else 0. */
  readonly rows: number;
}

/**
 * Looks at a network with these weights (`learner.weights()`) as it answers.
 * @param samples as the network sees them: what a learner standardises is to be standardised before
 * @throws ConfigurationError for a network without spiking neurons; as a learner for the rest.
 */
export async function observe(
  network: NetworkSpec,
  weights: Readonly<Record<string, WeightValues>>,
  samples: SampleInput,
): Promise<Observation> {
  const isNetwork = Array.isArray(Object(network).layers);
  expectThat(isNetwork, 'observe: network', network, 'what sequential(shape, layers, { steps }) gives');
  const isWeights = typeof weights === 'object' && weights !== null && !Array.isArray(weights);
  expectThat(isWeights, 'observe: weights', weights, 'what learner.weights() gives');
  const sights: Sight[] = [];
  const { program } = recordLearner({ network, rule: looking(1, sights), task: regression(1) });
  const { steps } = network;
  if (steps === null || sights.every(({ what }) => what === 'inputs')) {
    throw new ConfigurationError(
      'observe got a network without spiking neurons, wanted one with a layer such as lif()',
    );
  }
  const { first, width } = sights[sights.length - 1];
  const total = steps * (first + width);
  const learner = await createLearner({ network, rule: looking(total), task: regression(total) });
  const declared = Object.entries(learner.weights()).map(([name, { shape }]) => {
    expectThat(Array.isArray(weights[name]?.shape), `observe: weight '${name}'`, weights[name], 'one with its shape');
    return [name, cropped(weights[name], shape)];
  });
  learner.setWeights(Object.fromEntries(declared));
  const seen = learner.predict(samples);
  const count = seen.length / total;

  /** [samples, steps, width] */
  const valuesOf = (sight: Sight): Float32Array => {
    const size = steps * sight.width;
    const values = new Float32Array(count * size);
    for (let sample = 0; sample < count; sample++) {
      const from = sample * total + steps * sight.first;
      values.set(seen.subarray(from, from + size), sample * size);
    }
    return values;
  };
  const stepsOf = (sample: number): number => sum(seen.subarray(sample * total, sample * total + steps));
  const seenSteps = sum(Array.from({ length: count }, (_, sample) => stepsOf(sample)));
  const of = (wanted: Sight['what']): Sight[] => sights.filter(({ what }) => what === wanted);
  const potentials = new Map(of('potentials').map((sight) => [sight.layer, valuesOf(sight)]));
  const layers = of('spikes').map((sight): [string, Raster] => [
    sight.layer,
    {
      shape: [count, steps, sight.width],
      spikes: Uint8Array.from(valuesOf(sight)),
      potentials: potentials.get(sight.layer) ?? new Float32Array(0),
    },
  ]);
  const calls = callsOf(program.phases.get('predict') ?? []);
  const products = of('inputs').map((sight) => ({ sight, fanOuts: fanOutsOf(sight, calls) }));
  const spikes = sum(layers.map(([, raster]) => sum(raster.spikes)));
  const neurons = sum(of('spikes').map(({ width }) => width));
  const operations = products.map(({ sight, fanOuts }) =>
    valuesOf(sight).reduce((all, value, at) => all + value * fanOuts[at % sight.width], 0),
  );
  return {
    layers: Object.fromEntries(layers),
    sparsity: 1 - spikes / (neurons * seenSteps),
    synapticOperations: sum(operations) / count,
    denseOperations: (sum(products.map(({ fanOuts }) => sum(fanOuts))) * seenSteps) / count,
  };
}

/** Of classes at capacity those that the network declares. */
function cropped({ shape, values }: WeightValues, wanted: readonly number[]): Float32Array {
  const [columns, kept] = [shape, wanted].map((axes) => axes[axes.length - 1]);
  return columns === kept ? values : values.filter((_, at) => at % columns < kept);
}

const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((total, value) => total + value, 0);

/**
 * Lists what there is to see, or answers with it, [batch, total]: a 1 for each step, then one sight behind the
 * other, each step by step.
 */
function looking(total: number, sights: Sight[] | null = null): Rule {
  return makeRule({
    name: 'observe',
    paper: 'none: it learns nothing',
    optimizers: {},
    learns: ['regression'],
    head: 'own',
    locality: LOCAL,
    record(p, network, { input, batch }) {
      p.phase('rest', () => {});
      return {
        stages: always('rest'),
        predict(program) {
          const answer = program.tensor({ name: 'seen', shape: [batch, total], role: 'activation', unit: null });
          program.zero(answer);
          sights?.splice(0);
          let first = 1;
          network.walk(program, input, { training: false }, (part, saved, { at }) => {
            if (at === undefined) return;
            if (sights === null && part === network.parts[0]) program.write(answer.columns(at.turn, 1), 1);
            for (const { value, width, ...seen } of seenIn(part, saved)) {
              const place = plus(capacity(at.steps) * first, times(at.turn, width));
              if (sights !== null) sights.push({ ...seen, first, width });
              else program.write(answer.columns(place, width), value(program));
              first += width;
            }
          });
          return answer;
        },
      };
    },
  });
}

interface Seen extends Omit<Sight, 'first'> {
  value(p: Program): Expression;
}

/** Neurons are known by their potential, products by their weight. */
function seenIn({ weights }: Part, saved: Saved): Seen[] {
  return innermost(saved).flatMap((inner): Seen[] => {
    const { input, output, potential } = inner;
    const layer = output.buffer.name.replace(/\/output(#\d+)?$/, '');
    const [inside, outside] = [input, output].map(({ shape }) =>
      shape.slice(1).map((axis) => fixed(axis, `what '${layer}' shows`)),
    );
    const common = { layer, input: inside, output: outside, rows: 0 };
    const flat = (x: Tensor): Tensor => x.reshape([x.batch, x.features]);
    if (potential !== undefined) {
      const width = elementsOf(outside);
      return [
        { ...common, what: 'spikes', width, value: () => flat(output) },
        { ...common, what: 'potentials', width, value: () => flat(potential) },
      ];
    }
    const weight = weights.find(({ name }) => name === `${layer}/weight`);
    if (weight === undefined) return [];
    const [product, works] = [{ ...common, what: 'inputs', rows: weight.rows } as const, input.map('abs').greater(0)];
    if (inside.length === 1) return [{ ...product, width: 1, value: (p) => p.rowSum(`${layer}/inputs`, works) }];
    const value = (p: Program): Expression => flat(p.compute(`${layer}/inputs`, works));
    return [{ ...product, width: elementsOf(inside), value }];
  });
}

/** On how many outputs each input of a product works: all, or those whose windows reach it. */
function fanOutsOf({ layer, input, output, rows }: Sight, calls: readonly Call[]): number[] {
  const inputs = Array.from({ length: elementsOf(input) }, (_, at) => at);
  const sliding = calls.find((call) => call.layer === layer && 'strideHeight' in call.operands);
  if (sliding === undefined) return inputs.map(() => (elementsOf(output) * rows) / inputs.length);
  const [height, width, channels] = input;
  const [high, wide, down, across] = ['kernelHeight', 'kernelWidth', 'strideHeight', 'strideWidth'].map((size) =>
    Number(sliding.operands[size]),
  );
  const [byRow, byColumn] = [reach(height, output[0], high, down), reach(width, output[1], wide, across)];
  const each = (output[2] * rows) / (high * wide * channels);
  const position = (at: number): number => Math.floor(at / channels);
  return inputs.map((at) => each * byRow[Math.floor(position(at) / width)] * byColumn[position(at) % width]);
}

/** How many windows reach each place along an axis; those that stick out do so by half in front. */
function reach(length: number, windows: number, size: number, stride: number): number[] {
  const before = Math.floor(Math.max(0, (windows - 1) * stride + size - length) / 2);
  return Array.from({ length }, (_, at) => {
    const last = Math.min(windows - 1, Math.floor((at + before) / stride));
    const first = Math.max(0, Math.ceil((at + before - size + 1) / stride));
    return Math.max(0, last - first + 1);
  });
}

/** What layers saved that hold no others. */
function innermost(saved: Saved): (Saved & { readonly potential?: Tensor })[] {
  const held = Object.values(saved).flatMap((item: Tensor | Saved | readonly Saved[]) =>
    item instanceof Tensor ? [] : item,
  );
  return held.length === 0 ? [saved] : (held as Saved[]).flatMap(innermost);
}
