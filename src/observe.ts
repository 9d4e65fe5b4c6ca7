// What a spiking network does while it answers: the spikes and potentials of its neurons at every time step, as data
// for pictures, and how much work it was. A learner of its own looks on, with a rule that learns nothing: what its
// network holds at each step is its answer.

import { plus, times } from '../runtime/program/buffer.ts';
import { capacity, fixed } from '../runtime/program/dim.ts';
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

/** Of one layer of neurons: [samples, steps, neurons]. */
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
  /** The same were nothing 0. */
  readonly denseOperations: number;
}

/** What is seen of each step: so many numbers, behind those of others. */
interface Sight {
  readonly layer: string;
  readonly what: 'spikes' | 'potentials' | 'inputs';
  readonly first: number;
  readonly width: number;
  /** Of the inputs of a product: on how many outputs each works, on average; and how many there are. */
  readonly fanOut: number;
  readonly inputs: number;
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
  recordLearner({ network, rule: looking(1, sights), task: regression(1) });
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
  const rasters = layers.map(([, { spikes }]) => spikes);
  return {
    layers: Object.fromEntries(layers),
    sparsity: 1 - sum(rasters.map(sum)) / sum(rasters.map(({ length }) => length)),
    synapticOperations: sum(of('inputs').map((sight) => sight.fanOut * sum(valuesOf(sight)))) / count,
    denseOperations: sum(of('inputs').map(({ fanOut, inputs }) => fanOut * inputs)) * steps,
  };
}

/** Of classes at capacity those that the network declares. */
function cropped({ shape, values }: WeightValues, wanted: readonly number[]): Float32Array {
  const [columns, kept] = [shape, wanted].map((axes) => axes[axes.length - 1]);
  return columns === kept ? values : values.filter((_, at) => at % columns < kept);
}

const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((total, value) => total + value, 0);

/** Lists what there is to see, or answers with it, [batch, total], one sight behind the other, each step by step. */
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
          let first = 0;
          network.walk(program, input, { training: false }, (part, saved, { at }) => {
            if (at === undefined) return;
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
    const [inputs, outputs] = [input, output].map(({ features }) => fixed(features, `what '${layer}' shows`));
    const flat = (x: Tensor): Tensor => x.reshape([x.batch, outputs]);
    const common = { layer, fanOut: 0, inputs };
    if (potential !== undefined) {
      return [
        { ...common, what: 'spikes', width: outputs, value: () => flat(output) },
        { ...common, what: 'potentials', width: outputs, value: () => flat(potential) },
      ];
    }
    const weight = weights.find(({ name }) => name === `${layer}/weight`);
    if (weight === undefined) return [];
    const fanOut = (outputs * weight.rows) / inputs;
    const value = (p: Program): Expression => p.rowSum(`${layer}/inputs`, input.map('abs').greater(0));
    return [{ ...common, what: 'inputs', width: 1, fanOut, value }];
  });
}

/** What layers saved that hold no others. */
function innermost(saved: Saved): (Saved & { readonly potential?: Tensor })[] {
  const held = Object.values(saved).flatMap((item: Tensor | Saved | readonly Saved[]) =>
    item instanceof Tensor ? [] : item,
  );
  return held.length === 0 ? [saved] : (held as Saved[]).flatMap(innermost);
}
