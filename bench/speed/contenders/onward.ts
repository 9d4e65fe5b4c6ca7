// Onward itself: the control, by backpropagation, beside the peers; and every other rule of the index.

import { f32_matmul } from '../../../runtime/simd/kernels/f32-matmul.ts';
import { f32_matmul_bt } from '../../../runtime/simd/kernels/f32-matmul-bt.ts';
import { f32_matmul_update } from '../../../runtime/simd/kernels/f32-matmul-update.ts';
import { emitKernel, type Kernel } from '../../../runtime/simd/kernel.ts';
import { panelElements, panelIndex } from '../../../runtime/simd/parts/panels.ts';
import { PLAIN } from '../../../runtime/simd/parts/reading.ts';
import { type Features, supports } from '../../../runtime/wasm/features.ts';
import { ModuleBuilder } from '../../../runtime/wasm/module.ts';
import { PAGE } from '../../../runtime/program/plan.ts';
import { rules } from '../../../src/forward-only/index.ts';
import {
  conv2d,
  createLearner,
  dense,
  flatten,
  type LayerSpec,
  type Learner,
  maxPool,
  type NetworkSpec,
  type Optimizer,
  type Rule,
  sequential,
  sgd,
} from '../../../src/index.ts';
import type { Cannot, Contender, MatmulCase, MatmulRunner, StepCase, StepRunner } from '../contender.ts';
import type { Layer } from '../network.ts';
import { stepFlops } from '../step-flops.ts';

type MakeRule = (options: { readonly optimizer?: Optimizer }) => Rule;

/** How a rule is to run. */
interface Way {
  readonly features: Features;
  /** One sample in memory at a time. */
  readonly single?: boolean;
}

async function onwardStep(
  stepCase: StepCase,
  layers: readonly Layer[],
  makeRule: MakeRule,
  { features, single = false }: Way,
): Promise<StepRunner | Cannot> {
  const { batch, learningRate } = stepCase;
  if (!supports(features)) return { cannot: `this engine does not run ${features}` };
  if (single && batch === 1) return { cannot: 'a step of one sample has no parts' };
  const options = {
    network: networkOf(stepCase, layers),
    rule: makeRule({ optimizer: sgd(learningRate) }),
    batchSize: batch,
  };
  const learner = await createLearner({
    ...options,
    microBatch: single ? 1 : batch,
    features,
  });
  load(learner, layers);
  return {
    step: (x, y) => learner.trainOnBatch(x, y).loss,
    bytes: learner.compiled.memory.plannedBytes,
    flops: stepFlops(options),
    dispose: () => learner.dispose(),
  };
}

function networkOf({ timed }: StepCase, layers: readonly Layer[]): NetworkSpec {
  if (timed !== undefined) return timed;
  const [first] = layers;
  const inputShape = first.kind === 'dense' ? [first.inputs] : [first.height, first.width, first.channels];
  return sequential(inputShape, layers.flatMap(specs));
}

function specs(layer: Layer): LayerSpec[] {
  if (layer.kind === 'pool') return [maxPool(layer.size)];
  const activation = 'relu';
  if (layer.kind === 'conv') return [conv2d(layer.filters, layer.size, { activation })];
  return [flatten(), layer.relu ? dense(layer.outputs, { activation }) : dense(layer.outputs)];
}

/** Puts the starting weights in the place of those that Onward has by these names; a rule may have others. */
function load(learner: Learner, layers: readonly Layer[]): void {
  const weighted = layers.filter((layer) => layer.kind !== 'pool');
  const values = weighted.flatMap((layer, index) => {
    const number = weighted.slice(0, index + 1).filter(({ kind }) => kind === layer.kind).length;
    const name = `${layer.kind === 'conv' ? 'conv2d' : 'dense'}_${number}`;
    return [[`${name}/weight`, layer.weight] as const, [`${name}/bias`, layer.bias] as const];
  });
  const own = learner.weights();
  learner.setWeights(Object.fromEntries(values.filter(([name]) => name in own)));
}

/** The three products as they stand in a training step; weights are held in panels, as the library keeps them. */
async function onwardMatmul(
  { kernel, m, k, n }: MatmulCase,
  a: Float32Array,
  b: Float32Array,
  features: Features,
): Promise<MatmulRunner | Cannot> {
  if (!supports(features)) return { cannot: `this engine does not run ${features}` };
  const memory = new WebAssembly.Memory({ initial: 8 + Math.ceil((16 * (m * k + k * n + m * n + 64 * n)) / PAGE) });
  const floats = new Float32Array(memory.buffer);
  let top = 0;
  const place = (values: ArrayLike<number> | number): number => {
    const start = top;
    if (typeof values !== 'number') floats.set(values, start);
    top += (typeof values === 'number' ? values : values.length) + 16;
    return start * 4;
  };
  const panels = (rows: number, columns: number, at: (row: number, column: number) => number): Float32Array => {
    const packed = new Float32Array(panelElements(rows, columns));
    for (let i = 0; i < rows; i++) for (let o = 0; o < columns; o++) packed[panelIndex(rows, i, o)] = at(i, o);
    return packed;
  };
  const start = (made: Kernel, ...args: number[]) => {
    const module = new ModuleBuilder();
    module.add({ ...emitKernel(made, features), name: 'product', exported: true });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode(1)), { onward: { memory } });
    return () => (exports.product as (...given: number[]) => void)(...args);
  };
  const out = place(panelElements(m, n));
  const view = floats.subarray(0, m * n);

  if (kernel === 'f32_matmul') {
    const weight = panels(k, n, (i, o) => b[i * n + o]);
    const product = f32_matmul({ activation: 'identity', start: 'zero', reading: PLAIN });
    const run = start(product, out, place(a), place(weight), m, k, n);
    return runner(run, () => view.slice());
  }
  if (kernel === 'f32_matmul_bt') {
    const weight = panels(n, k, (i, o) => b[i * k + o]);
    const run = start(f32_matmul_bt(PLAIN), out, place(a), place(weight), place(8 * (k + 8)), m, n, k);
    return runner(run, () => view.slice());
  }
  const [x, dz, strip] = [place(a), place(b), place(16 * k)];
  const rate = place([-1]);
  const run = start(f32_matmul_update(sgd().update), out, x, dz, strip, k, m, n, n, rate);
  return runner(run, () => {
    floats.fill(0, 0, panelElements(m, n));
    run();
    return Float32Array.from({ length: m * n }, (_, at) => floats[panelIndex(m, Math.floor(at / n), at % n)]);
  });
}

const runner = (run: () => void, read: () => Float32Array): MatmulRunner => ({
  products: 1,
  run,
  async result() {
    run();
    return read();
  },
  dispose() {},
});

function contender(name: string, use: string, makeRule: MakeRule, way: Way, more: Partial<Contender> = {}): Contender {
  const step: Contender['step'] = (stepCase, layers) => onwardStep(stepCase, layers, makeRule, way);
  return { name, use, takesTime: true, step, ...more };
}

const { backprop: control, ...others } = rules;
const matmul =
  (features: Features): Contender['matmul'] =>
  (matmulCase, a, b) =>
    onwardMatmul(matmulCase, a, b, features);

const simd: Way = { features: 'simd128' };
const single: Way = { features: 'simd128', single: true };

export const onward = contender(
  'onward',
  'Onward: the control, by backpropagation, through time where there is any',
  control,
  simd,
  {
    matmul: matmul('simd128'),
  },
);
export const onwardRelaxed = contender(
  'onward-relaxed',
  'Onward with relaxed SIMD',
  control,
  { features: 'relaxed' },
  { matmul: matmul('relaxed') },
);
/** Every other rule of the index. */
export const onwardRules = Object.entries<MakeRule>(others).map(([name, makeRule]) =>
  contender(`onward-${name}`, `Onward: ${makeRule({}).title}`, makeRule, simd, { ownRule: true }),
);
/** The control as an expert would have it who is short of memory, and every rule one sample at a time. */
export const onwardSparing = [
  contender(
    'onward-checkpoint',
    'Onward: the control, with checkpoints',
    (options) => control({ ...options, checkpoint: true }),
    simd,
  ),
  contender(
    'onward-last',
    'Onward: the control, the last layer alone',
    (options) => control({ ...options, last: 1 }),
    simd,
    {
      ownRule: true,
    },
  ),
  contender('onward-micro', 'Onward: the control, in micro-batches of 1', control, single),
  ...Object.entries<MakeRule>(others).map(([name, makeRule]) =>
    contender(`onward-${name}-micro`, `Onward: ${makeRule({}).title}, in micro-batches of 1`, makeRule, single, {
      ownRule: true,
    }),
  ),
];
