// `npx tsx bench/quantization/onnxruntime.ts [--json]`: time of inference and of a training step in int8 beside float,
// and beside ONNX Runtime Web on the same network, with what each answers rightly of MNIST's test set.
//
// A network learns in float. Its weights go into an int8 learner and into an ONNX model, which Python's onnx writes and
// ONNX Runtime's own static quantization makes int8 (bench/quantization/onnx/quantize.py), both calibrated on the same
// samples. All are timed by turns, on one thread, by processor time; of each the fastest block, as a busy machine only
// adds. Training was removed from ONNX Runtime Web, so steps are held beside float alone.
//
// Exits with 1 where int8 loses more than half a point, or is below a bar. Data come from $ONWARD_DATA.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { consecutive, type LabelledSet } from '../../src/data/dataset.ts';
import { loadDataset } from '../../src/data/node/sources.ts';
import {
  adam,
  backprop,
  conv2d,
  createLearner,
  dense,
  flatten,
  int8,
  int8Activations,
  int8Deltas,
  maxPool,
  sequential,
  type LocalLearner,
} from '../../src/index.ts';
import { argmax } from '../../src/tasks/host/host.ts';
import { importPeer } from '../peers/import.ts';
import { installPeers } from '../peers/install.ts';
import { measure, type Patience } from '../shared/measure.ts';
import { runPython } from '../../tools/python.ts';
import { tellRows } from '../shared/verdict.ts';

const [LEARNED, EPOCHS, CALIBRATED, BATCH] = [20_000, 2, 512, 32];
/** Points. */
const MOST_LOST = 0.5;
/** Long enough for a busy machine to compile hot code anew. */
const patience: Patience = {
  warmUpMs: 2500,
  blockMs: 5,
  rounds: 200,
  budgetMs: 6000,
  clock: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
};

interface Trained {
  readonly kind: 'dense' | 'conv2d';
  /** Outputs, or filters of 3 x 3. */
  readonly units: number;
  readonly relu: boolean;
}
type Part = Trained | { readonly kind: 'maxPool' } | { readonly kind: 'flatten'; readonly image: readonly number[] };

interface Subject {
  readonly name: string;
  readonly input: readonly number[];
  readonly parts: readonly Part[];
  /**
   * How many times as fast as float, and as ONNX Runtime Web in int8: predictions of one and of many, a step, and one
   * with int8 deltas.
   */
  readonly bars: readonly (readonly [float: number, peer: number])[];
}

const hidden = (units: number): Trained => ({ kind: 'dense', units, relu: true });
const filters = (units: number): Trained => ({ kind: 'conv2d', units, relu: true });
const answers: Trained = { kind: 'dense', units: 10, relu: false };
const pool = { kind: 'maxPool' } as const;

const subjects: readonly Subject[] = [
  {
    name: '784-512-512-10',
    input: [784],
    parts: [hidden(512), hidden(512), answers],
    bars: [
      [1.1, 2],
      [1.1, 1],
      [0.85, 0],
      [0.9, 0],
    ],
  },
  {
    name: '28x28x1-c16k3same-p2-c32k3same-p2-10',
    input: [28, 28, 1],
    parts: [filters(16), pool, filters(32), pool, { kind: 'flatten', image: [7, 7, 32] }, answers],
    bars: [
      [0.8, 1.5],
      [0.9, 1.5],
      [0.8, 0],
      [0.85, 0],
    ],
  },
];

function layerOf(part: Part) {
  if (part.kind === 'maxPool') return maxPool(2);
  if (part.kind === 'flatten') return flatten();
  const activation = part.relu ? 'relu' : 'identity';
  return part.kind === 'dense'
    ? dense(part.units, { activation })
    : conv2d(part.units, 3, { activation, padding: 'same' });
}

interface OrtTensor {
  readonly data: Float32Array;
}
interface Session {
  run(feeds: { readonly x: OrtTensor }): Promise<{ readonly y: OrtTensor }>;
}
interface OnnxRuntime {
  Tensor: new (type: 'float32', data: Float32Array, shape: readonly number[]) => OrtTensor;
  InferenceSession: { create(model: Uint8Array, options: { executionProviders: ['wasm'] }): Promise<Session> };
}

const environment = {
  name: 'onnx',
  folder: join(import.meta.dirname, 'onnx'),
  about: 'onnx and onnxruntime for bench/quantization/onnxruntime.ts',
};

/** The float learner as ONNX models, in float and in int8. */
function exported({ input, parts }: Subject, learner: LocalLearner, samples: Float32Array): Uint8Array[] {
  const folder = mkdtempSync(join(tmpdir(), 'onward-onnx-'));
  try {
    const write = (name: string, values: Float32Array): void =>
      writeFileSync(join(folder, name), new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    const weights = learner.weights();
    const counts = { dense: 0, conv2d: 0 };
    const layers = parts.map((part) => {
      if (!('units' in part)) return part;
      const name = `${part.kind}_${++counts[part.kind]}`;
      const { shape, values } = weights[`${name}/weight`];
      write(`${name}.weight`, values);
      write(`${name}.bias`, weights[`${name}/bias`].values);
      return { ...part, name, shape };
    });
    write('samples', samples);
    const network = { input: channelsFirst(input), outputs: answers.units, layers };
    writeFileSync(join(folder, 'network.json'), JSON.stringify(network));
    runPython(environment, 'quantize.py', [folder]);
    return ['float.onnx', 'int8.onnx'].map((name) => readFileSync(join(folder, name)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Of one channel, the values are the same. */
const channelsFirst = (shape: readonly number[]): readonly number[] =>
  shape.length === 3 ? [shape[2], shape[0], shape[1]] : shape;

/** Anyone who is timed: takes samples, gives ten numbers for each. */
interface Contender {
  predict(x: Float32Array): Float32Array | Promise<Float32Array>;
}

async function accuracyOf({ predict }: Contender, { inputs, labels }: LabelledSet): Promise<number> {
  const size = inputs.length / labels.length;
  let right = 0;
  for (let from = 0; from < labels.length; from += BATCH) {
    const scores = await predict(Float32Array.from(inputs.subarray(from * size, (from + BATCH) * size)));
    for (let row = 0; row * answers.units < scores.length; row++) {
      if (argmax(scores, row * answers.units, answers.units) === labels[from + row]) right++;
    }
  }
  return right / labels.length;
}

async function* rows() {
  installPeers();
  const { InferenceSession, Tensor } = await importPeer<OnnxRuntime>('onnxruntime-web');
  const { train, test } = await loadDataset('mnist');
  const learned = consecutive(train, LEARNED);
  const calibration = Float32Array.from(consecutive(train, CALIBRATED).inputs);
  for (const subject of subjects) {
    const { name, input, parts, bars } = subject;
    const options = {
      network: sequential([...input], parts.map(layerOf)),
      rule: backprop({ optimizer: adam(0.002, { schedule: 'linear' }) }),
      batchSize: BATCH,
      seed: 1,
    };
    const float = await createLearner(options);
    await float.fit(learned.inputs, learned.labels, { epochs: EPOCHS });
    const [integer, whole] = await Promise.all(
      [{}, { deltas: int8Deltas() }].map((deltas) =>
        createLearner({ ...options, storage: int8(), activations: int8Activations(deltas) }),
      ),
    );
    for (const learner of [integer, whole]) {
      learner.restore(float.save(), { requantize: true });
      learner.calibrate(calibration);
    }

    const peers: Contender[] = [];
    for (const model of exported(subject, float, calibration)) {
      const session = await InferenceSession.create(model, { executionProviders: ['wasm'] });
      const size = 784;
      peers.push({
        predict: async (x) =>
          (await session.run({ x: new Tensor('float32', x, [x.length / size, ...channelsFirst(input)]) })).y.data,
      });
    }
    const own: Contender[] = [float, integer].map((learner) => ({ predict: (x) => learner.predict(x) }));
    const contenders = [...own, ...peers];
    const accuracies: number[] = [];
    for (const contender of contenders) accuracies.push(await accuracyOf(contender, test));
    const lost = 100 * (accuracies[0] - accuracies[1]);
    const batch = consecutive(test, BATCH);
    const many = Float32Array.from(batch.inputs);
    const one = many.slice(0, 784);
    const asks = (x: Float32Array) => contenders.map(({ predict }) => ({ call: () => predict(x) }));
    const steps = (of: LocalLearner) =>
      [float, of].map((learner) => ({ call: () => learner.trainOnBatch(batch.inputs, batch.labels) }));
    const kinds = {
      'predict 1': asks(one),
      [`predict ${BATCH}`]: asks(many),
      [`step ${BATCH}`]: steps(integer),
      [`step ${BATCH}, int8 deltas`]: steps(whole),
    };
    for (const [at, [what, timed]] of Object.entries(kinds).entries()) {
      const ms = (await measure(timed, patience)).map(({ minMs }) => minMs);
      const [ofFloat, ofPeer = null] = [ms[0] / ms[1], ms[3] && ms[3] / ms[1]];
      const holds = lost <= MOST_LOST && ofFloat >= bars[at][0] && (ofPeer === null || ofPeer >= bars[at][1]);
      yield { network: name, what, ms, ofFloat, ofPeer, accuracies, bars: bars[at], holds };
    }
  }
}

const percent = (share: number): string => (100 * share).toFixed(2);

await tellRows(
  rows(),
  ({ network, what, ms, ofFloat, ofPeer, accuracies, bars, holds }) =>
    `${network.padEnd(38)}${what.padEnd(22)}${ms.map((each) => each.toFixed(3)).join(', ')} ms  ` +
    `int8 ${ofFloat.toFixed(2)} times as fast as float, wanted ${bars[0]}` +
    (ofPeer === null ? '' : `; ${ofPeer.toFixed(2)} times ONNX Runtime Web's int8, wanted ${bars[1]}`) +
    `; right ${accuracies.map(percent).join(', ')} %${holds ? '' : '  FAILS'}`,
  process.argv.includes('--json'),
);
