// What TensorFlow.js takes to train a network, as its users write it: layers, plain SGD, `trainOnBatch`. A process of
// its own for each.
//
//   node --import tsx scripts/memory/tfjs.ts <network> <activation> <batch>
//
// prints { backend, peakBytes, linearBytes }: the most bytes of tensors alive in a step, weights included, and for its
// wasm backend the linear memory that it holds afterwards; or { cannot }.

import { parseNetwork } from '../../cli/network-word.ts';
import type { Activation, NetworkSpec } from '../../src/index.ts';
import { reasonOf } from '../../bench/speed/contender.ts';
import { importPeer } from '../../bench/peers/import.ts';

export type TfjsMemory =
  | { readonly backend: string; readonly peakBytes: number; readonly linearBytes: number | null }
  | { readonly cannot: string };

/** The part of TensorFlow.js used here; its own documentation describes it. */
interface Tf {
  setBackend(name: string): Promise<boolean>;
  backend(): { readonly wasm?: { readonly HEAPU8: Uint8Array } };
  profile(work: () => Promise<unknown>): Promise<{ readonly peakBytes: number }>;
  randomUniform(shape: readonly number[]): object;
  oneHot(indices: object, depth: number): object;
  tensor1d(values: Int32Array): object;
  sequential(): Model;
  readonly losses: { softmaxCrossEntropy(oneHot: object, logits: object): object };
  readonly layers: Readonly<Record<string, (config: object) => object>>;
  readonly train: { sgd(rate: number): object };
}

interface Model {
  add(layer: object): void;
  compile(config: object): void;
  trainOnBatch(x: object, y: object): Promise<unknown>;
}

interface Config {
  readonly activation?: string;
  readonly units?: number;
  readonly window?: number;
  readonly cell?: { readonly config: Config };
}

/** The layers of TensorFlow.js, which are Keras's, for those of a spec. */
const builders: Readonly<Record<string, (layers: Tf['layers'], config: Config) => object>> = {
  dense: (layers, { units, activation }) => layers.dense({ units, activation: nameOf(activation) }),
  flatten: (layers) => layers.flatten({}),
  conv2d: (layers, { activation, ...config }) => layers.conv2d({ ...config, activation: nameOf(activation) }),
  maxPool: (layers, { window: poolSize }) => layers.maxPooling2d({ poolSize }),
  recurrent: (layers, { cell }) =>
    layers.simpleRNN({
      units: cell?.config.units,
      activation: nameOf(cell?.config.activation),
      returnSequences: true,
    }),
  mean: (layers) => layers.globalAveragePooling1d({}),
};

const nameOf = (activation = 'identity'): string => (activation === 'identity' ? 'linear' : activation);

function build(tf: Tf, { inputShape, steps, layers }: NetworkSpec): Model {
  const model = tf.sequential();
  model.add(tf.layers.inputLayer({ inputShape: steps === null ? inputShape : [steps, ...inputShape] }));
  for (const { spec } of layers) {
    if (!(spec.type in builders)) throw new Error(`TensorFlow.js has no layer ${spec.type}`);
    model.add(builders[spec.type](tf.layers, spec.config as Config));
  }
  model.compile({ optimizer: tf.train.sgd(0.01), loss: tf.losses.softmaxCrossEntropy });
  return model;
}

const BACKENDS = ['wasm', 'cpu'];
const WARM_UP = 3;

/** On the first of its backends that has all the kernels. */
async function measure(spec: NetworkSpec, batch: number): Promise<TfjsMemory> {
  const { tf } = await importPeer<{ tf: Tf }>('tfjs');
  let cannot = '';
  for (const backend of BACKENDS) {
    try {
      await tf.setBackend(backend);
      const model = build(tf, spec);
      const x = tf.randomUniform([batch, ...(spec.steps === null ? [] : [spec.steps]), ...spec.inputShape]);
      const y = tf.oneHot(tf.tensor1d(new Int32Array(batch)), spec.outputShape[0]);
      for (let step = 0; step < WARM_UP; step++) await model.trainOnBatch(x, y);
      const { peakBytes } = await tf.profile(() => model.trainOnBatch(x, y));
      return { backend, peakBytes, linearBytes: tf.backend().wasm?.HEAPU8.length ?? null };
    } catch (error) {
      cannot = reasonOf(error);
    }
  }
  return { cannot };
}

const [word, activation, batch] = process.argv.slice(2);
const spec = parseNetwork(word, { activation: activation as Activation });
console.log(JSON.stringify(await measure(spec, Number(batch))));
