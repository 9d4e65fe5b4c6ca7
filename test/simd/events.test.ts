// Products that follow events against those that do not: the same bits, however many of the inputs are events.

import { expect, test } from 'vitest';
import { constant } from '../../runtime/program/dim.ts';
import { Program } from '../../runtime/program/program.ts';
import { callsOf } from '../../runtime/program/op.ts';
import { adam, dense, sgd, type Optimizer } from '../../src/index.ts';
import { initialize } from '../../src/layers/network.ts';
import { asEvents } from '../../src/layers/parts/event-kernels.ts';
import { recordOptimizer } from '../../src/optimizers/optimizer.ts';
import { f32 } from '../../src/quantization/f32.ts';
import { int8 } from '../../src/quantization/int8.ts';
import { spending } from '../../src/quantization/sink.ts';
import type { Storage } from '../../src/quantization/storage.ts';
import { randoms } from '../layers/alone.ts';
import { runEverywhere } from '../program/run.ts';

const [INPUTS, UNITS] = [37, 45];

interface Learning {
  readonly batch: number;
  readonly optimizer: Optimizer;
  readonly storage?: Storage;
}

function record({ batch, optimizer, storage = f32 }: Learning, kernels: Partial<typeof asEvents>): Program {
  const p = new Program();
  const given = (name: string, features: number) => ({ name, shape: [constant(batch), constant(features)] });
  const kept = { role: 'data', life: 'persistent' } as const;
  const x = p.tensor({ ...given('x', INPUTS), ...kept, ...kernels });
  const [dz, y] = ['dz', 'y'].map((name) => p.tensor({ ...given(name, UNITS), ...kept }));
  const context = {
    name: 'layer',
    inputShape: [INPUTS],
    outputs: null,
    batch: constant(batch),
    storage,
    trained: true,
  };
  const layer = p.unit('layer', () => dense(UNITS, { activation: 'relu' }).record(p, context));
  const sink = spending(recordOptimizer(p, 'optimizer', optimizer));
  p.phase('prepare', () => initialize(p, [layer]));
  p.phase('train', () =>
    p.unit('layer', () => {
      const saved = layer.forward(p, x, { training: true });
      p.write(y, saved.output);
      layer.back(p, saved, dz, { training: true, sink });
    }),
  );
  return p;
}

/** Outputs and weights after three steps. */
function learned(program: Program, rate: number): Float32Array[] {
  const run = runEverywhere(program);
  run.write('seed', [1]);
  run.call('prepare');
  run.write('dz', randoms(run.read('dz').length, 'dz'));
  for (const step of [0, 1, 2]) {
    const chance = randoms(run.read('x').length, `chance ${step}`);
    run.write(
      'x',
      randoms(chance.length, `x ${step}`).map((value, i) => (Math.abs(chance[i]) < rate ? value : 0)),
    );
    run.call('train');
  }
  return ['y', 'layer/weight', 'layer/bias'].map((name) => run.read(name));
}

const optimizers = { sgd: sgd(0.1), momentum: sgd(0.1, { momentum: 0.9 }), adam: adam(0.01) };

test.each(
  Object.entries(optimizers).flatMap(([name, optimizer]) => [1, 2, 9].map((batch) => ({ name, optimizer, batch }))),
)('the bits of the plain products, $name at batch $batch', ({ optimizer, batch }) => {
  for (const rate of [0, 0.05, 0.5, 1]) {
    const [wanted, got] = [{}, asEvents].map((kernels) => learned(record({ batch, optimizer }, kernels), rate));
    expect(got).toEqual(wanted);
  }
});

test('and of int8 weights', () => {
  const learning = { batch: 1, optimizer: sgd(0.1), storage: int8() };
  const [wanted, got] = [{}, asEvents].map((kernels) => learned(record(learning, kernels), 0.1));
  expect(got[0]).toEqual(wanted[0]);
});

test.each([
  ['sgd', optimizers.sgd, ['f32_matmul_events', 'f32_matmul_update_events']],
  ['momentum, which moves silent weights too', optimizers.momentum, ['f32_matmul_events', 'f32_matmul_update']],
] as const)('follows events with %s', (_, optimizer, wanted) => {
  const program = record({ batch: 1, optimizer }, asEvents);
  const families = callsOf(program.phases.get('train') ?? []).flatMap(({ kernel: { family } }) => family?.name ?? []);
  expect(families.filter((name) => name.startsWith('f32_matmul'))).toEqual(wanted);
});
