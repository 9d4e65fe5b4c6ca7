// `npx tsx bench/speed/events.ts [--json]`: a dense layer at batch 1 and 5 % spikes, forward and forward with an update
// by plain SGD, following the spikes and not, by turns, after both gave the same bits; of each the fastest block, as a
// busy machine only adds. Exits with 1 where following them is not 3 times as fast, or the machine is too noisy to
// tell: the plain product is timed twice, and the two differ by more than 10 %.

import { constant } from '../../runtime/program/dim.ts';
import { Program } from '../../runtime/program/program.ts';
import { compile, type Run } from '../../runtime/program/run.ts';
import { dense, sgd } from '../../src/index.ts';
import { asEvents } from '../../src/layers/parts/event-kernels.ts';
import { initialize } from '../../src/layers/network.ts';
import { recordOptimizer } from '../../src/optimizers/optimizer.ts';
import { f32 } from '../../src/quantization/f32.ts';
import { spending } from '../../src/quantization/sink.ts';
import { measure, usualPatience } from '../shared/measure.ts';
import { isNoisy } from '../shared/noisy.ts';
import { uniform } from '../shared/random.ts';
import { tellRows } from '../shared/verdict.ts';

const [RATE, WANTED] = [0.05, 3];
const layers = ['784-400', '784-1024', '1024-1024'];
const phases = ['forward', 'forward and update'];

interface Row {
  readonly layer: string;
  readonly phase: string;
  /** Microseconds, of each the fastest of interleaved blocks, as a busy machine only adds. */
  readonly dense: number;
  readonly events: number;
  readonly ratio: number;
  readonly noisy: boolean;
  readonly holds: boolean;
}

/** A layer on one sample, in a memory of its own. */
function record(inputs: number, outputs: number, kernels: Partial<typeof asEvents>): Run {
  const p = new Program();
  const given = (name: string, features: number) => ({
    name,
    shape: [constant(1), constant(features)],
    role: 'data' as const,
    life: 'persistent' as const,
  });
  const x = p.tensor({ ...given('x', inputs), ...kernels });
  const [dz, y] = ['dz', 'y'].map((name) => p.tensor(given(name, outputs)));
  const context = {
    name: 'layer',
    inputShape: [inputs],
    outputs: null,
    batch: constant(1),
    storage: f32,
    trained: true,
  };
  const layer = p.unit('layer', () => dense(outputs).record(p, context));
  const sink = spending(recordOptimizer(p, 'optimizer', sgd(0.01)));
  p.phase('prepare', () => initialize(p, [layer]));
  for (const phase of phases) {
    p.phase(phase, () =>
      p.unit('layer', () => {
        const saved = layer.forward(p, x, { training: true });
        p.write(y, saved.output);
        if (phase !== 'forward') layer.back(p, saved, dz, { training: true, sink });
      }),
    );
  }
  return compile(p, 'simd128');
}

/** The same spikes and deltas for each. */
function fill(run: Run): void {
  const draw = uniform(1);
  run.write('seed', [1]);
  run.call('prepare');
  run.write(
    'x',
    Float32Array.from(run.read('x'), () => (draw() < RATE ? 1 : 0)),
  );
  run.write(
    'dz',
    Float32Array.from(run.read('dz'), () => 0.01 * (2 * draw() - 1)),
  );
}

function expectSame(runs: readonly Run[], phase: string): void {
  for (const name of ['y', 'layer/weight', 'layer/bias']) {
    const [wanted, ...others] = runs.map((run) => Buffer.from(run.read(name).buffer));
    if (others.some((other) => !other.equals(wanted))) throw new Error(`${phase}: '${name}' differs in a bit`);
  }
}

async function* rows(): AsyncGenerator<Row> {
  for (const layer of layers) {
    const [inputs, outputs] = layer.split('-').map(Number);
    const runs = [{}, asEvents].map((kernels) => record(inputs, outputs, kernels));
    for (const phase of phases) {
      for (const run of runs) fill(run);
      for (const run of runs) run.call(phase);
      expectSame(runs, phase);
      const timings = await measure(
        [...runs, runs[0]].map((run) => ({ call: () => run.call(phase) })),
        { ...usualPatience, blockMs: 5, rounds: 60 },
      );
      const [first, events, second] = timings.map(({ minMs }) => 1000 * minMs);
      const plain = (first + second) / 2;
      const ratio = plain / events;
      const noisy = isNoisy(first, second);
      yield { layer, phase, dense: plain, events, ratio, noisy, holds: !noisy && ratio >= WANTED };
    }
  }
}

const describe = ({ layer, phase, dense: plain, events, ratio, noisy }: Row): string =>
  `${layer.padEnd(10)} ${phase.padEnd(20)} ${plain.toFixed(1).padStart(7)} us ${events.toFixed(1).padStart(7)} us ` +
  `${ratio.toFixed(2).padStart(6)} x${noisy ? ' noisy' : ''}`;

await tellRows(rows(), describe, process.argv.includes('--json'));
