// Nothing is ignored by what is declared: every factory takes all its options, refuses others by name, and names the
// one whose value is of no use. One test body over all of them.

import { describe, expect, test } from 'vitest';
import { rules } from '../src/forward-only/index.ts';
import * as library from '../src/index.ts';
import {
  ConfigurationError,
  OptimizerError,
  RuleError,
  ShapeError,
  adam,
  dense,
  huber,
  int8,
  rescale,
  sequential,
  sgd,
  tpsgd,
} from '../src/index.ts';
import * as layers from '../src/layers/index.ts';
import { optimizers } from '../src/optimizers/index.ts';
import { schedules } from '../src/optimizers/schedule.ts';
import { storages } from './quantization/storages.ts';

interface Factory {
  readonly name: string;
  readonly refusal: new (message: string) => Error;
  /** All there are, each with a value that it takes. */
  readonly options: object;
  /** Makes it, with everything that is checked when it is used. */
  make(options: unknown): unknown;
}

/** As from JavaScript, where no type is checked. */
const loose = <Given>(value: unknown): Given => value as Given;
/** Options that a type requires all of, so that one that is added and not told here is an error of types. */
const all = <Options>(options: Required<Options>): Required<Options> => options;

const image = (layer: library.LayerSpec): unknown => sequential([4, 4, 2], [layer]);
const vector = (layer: library.LayerSpec): unknown => sequential([4], [layer]);
const inTime = (layer: library.LayerSpec): unknown => sequential([4], [layer], { steps: 3 });

const name = 'mine';
const weights = all<library.WeightOptions>({
  name,
  initializer: 'zeros',
  storage: int8(),
  bias: false,
  trained: false,
});
const sliding = { stride: [1, 2], padding: 'same' } as const;
const convolving = all<library.Conv2dOptions>({ ...weights, ...sliding, activation: 'tanh' });
const pooling = all<library.PoolOptions>({ name, ...sliding });
const normalizing = all<library.NormalizeOptions>({ name, epsilon: 1e-3 });
const named = all<library.LayerOptions>({ name });

const spikingOptions = all<library.LifOptions>({
  name,
  decay: 0.1,
  threshold: 2,
  currentDecay: 0.2,
  adaptation: 0.3,
  adaptationDecay: 0.9,
  reset: 'hard',
  surrogate: 'atan',
});

type Make = (options: never) => unknown;
const layer = (of: keyof typeof layers, options: object, make: Make): Factory => ({
  name: of,
  refusal: ShapeError,
  options,
  make: (given) => make(loose(given)),
});

const declared: readonly Factory[] = [
  layer('averagePool', pooling, (o) => image(layers.averagePool(2, o))),
  layer('block', named, (o) => vector(layers.block([dense(2)], o))),
  layer('conv2d', convolving, (o) => image(layers.conv2d(2, 2, o))),
  layer('delta', all<library.DeltaOptions>({ name, threshold: 0.2 }), (o) => inTime(layers.delta(o))),
  layer('dense', all<library.DenseOptions>({ ...weights, activation: 'elu' }), (o) => vector(dense(2, o))),
  layer('depthwiseConv2d', convolving, (o) => image(layers.depthwiseConv2d(2, o))),
  layer('dropout', named, (o) => vector(layers.dropout(0.5, o))),
  layer('events', named, (o) => inTime(layers.events(o))),
  layer('flatten', named, (o) => image(layers.flatten(o))),
  layer('globalAveragePool', named, (o) => image(layers.globalAveragePool(o))),
  layer('groupNormalize', normalizing, (o) => vector(layers.groupNormalize(2, o))),
  layer('l2Normalize', normalizing, (o) => vector(layers.l2Normalize(o))),
  layer('last', named, (o) => inTime(layers.last(o))),
  layer('latency', named, (o) => inTime(layers.latency(o))),
  layer('layerNormalize', normalizing, (o) => vector(layers.layerNormalize(o))),
  layer('lif', spikingOptions, (o) => inTime(layers.lif(o))),
  layer('lora', all<library.LoraOptions>({ ...weights, activation: 'elu', rank: 2 }), (o) => vector(layers.lora(2, o))),
  layer('maxPool', pooling, (o) => image(layers.maxPool(2, o))),
  layer('mean', named, (o) => inTime(layers.mean(o))),
  layer('rate', named, (o) => inTime(layers.rate(o))),
  layer('randomTranslation', named, (o) => image(layers.randomTranslation(1, o))),
  layer('recurrent', named, (o) => inTime(layers.recurrent(dense(2), o))),
  layer('rescale', named, (o) => vector(rescale(2, 1, o))),
  layer('residual', all<library.ResidualOptions>({ name, mode: 'concatenate' }), (o) =>
    vector(layers.residual([dense(4)], o)),
  ),
  layer('rmsNormalize', normalizing, (o) => vector(layers.rmsNormalize(o))),
  layer('sequential', all<library.TimeOptions>({ steps: 3, varying: true, input: 'sequence', element: 'u8' }), (o) =>
    sequential([4], [dense(2)], o),
  ),
];

const optimizing = all<library.OptimizerOptions>({ schedule: 'linear', clipNorm: 1 });
const descending = all<library.SgdOptions>({ ...optimizing, momentum: 0.5, nesterov: true });
const moments = all<library.AdamOptions>({ ...optimizing, beta1: 0.5, beta2: 0.5, epsilon: 0 });
const ofOptimizers: Readonly<Record<keyof typeof optimizers, object>> = {
  adam: moments,
  adamw: all<library.AdamwOptions>({ ...moments, weightDecay: 0 }),
  momentum: descending,
  nesterov: descending,
  sgd: descending,
  sgdw: all<library.SgdwOptions>({ ...optimizing, momentum: 0.5, weightDecay: 0 }),
  sign: optimizing,
};
const ofSchedules: Readonly<Record<'linear' | 'cosine' | 'cooldown' | 'step' | 'power', object>> = {
  linear: all<library.DecayOptions>({ end: 0.5 }),
  cosine: all<library.DecayOptions>({ end: 0.5 }),
  cooldown: all<library.CooldownDecayOptions>({ after: 0.5, end: 0.1 }),
  step: all<library.StepDecayOptions>({ every: 0.5, factor: 0.5 }),
  power: all<library.PowerDecayOptions>({ power: 1, after: 0.5 }),
};
const optimizer = sgd();
const ofRules: Readonly<Record<keyof typeof rules, object>> = {
  backprop: all<library.BackpropOptions>({ optimizer, checkpoint: true, last: 1 }),
  channelGoodness: all<library.ChannelGoodnessOptions>({
    optimizer,
    goodness: 'square',
    predictBy: 'last',
    normalize: false,
  }),
  contrastiveForward: all<library.ContrastiveForwardOptions>({
    readOutOptimizer: sgd(0.1),
    optimizer,
    above: 3,
    below: 1,
    cost: 0,
    predictBy: 'last',
  }),
  decolle: all<library.DecolleOptions>({ optimizer }),
  dfa: all<library.DfaOptions>({ optimizer }),
  drtp: all<library.DrtpOptions>({ optimizer }),
  eprop: all<library.EpropOptions>({ optimizer, slowTraces: true }),
  feedbackAlignment: all<library.FeedbackAlignmentOptions>({ optimizer }),
  forwardForward: all<library.ForwardForwardOptions>({
    readOutOptimizer: sgd(0.1),
    optimizer,
    goodness: 'mean',
    loss: 'symba',
    threshold: 2,
    alpha: 1,
    negatives: 'hard',
    peers: 0,
    straightThrough: false,
    predictBy: 'goodness',
  }),
  monoForward: all<library.MonoForwardOptions>({ optimizer, predictBy: 'last', projection: 'pooled' }),
  noprop: all<library.NopropOptions>({
    optimizer,
    steps: 3,
    time: 'flow',
    embedding: 'learned',
    size: 4,
  }),
  ottt: all<library.OtttOptions>({ optimizer }),
  pepita: all<library.PepitaOptions>({ optimizer, scale: 0.1, recompute: true }),
  sltt: all<library.SlttOptions>({ optimizer, k: 1 }),
  stdp: all<library.StdpOptions>({ optimizer, trace: 0.5, inhibition: 1, target: 0.5, homeostasis: 0.01, drift: 0 }),
  tpsgd: all<library.TpsgdOptions>({
    optimizer,
    localLoss: 'l1',
    projection: { kind: 'signs', scale: 1 },
    cells: 2,
    steps: 'all',
    order: 'greedy',
  }),
  zerothOrder: all<library.ZerothOrderOptions>({
    optimizer,
    epsilon: 0.1,
    epsilonDecay: 0.101,
    draws: 'normal',
    share: 0.5,
    normalize: false,
    last: 1,
    lastOptimizer: optimizer,
  }),
};
const device = all<library.SynapseOptions>({
  range: 1,
  headroom: 2,
  pulses: 'sign',
  threshold: 0.5,
  most: 8,
  converters: library.converters({ inputBits: 8, outputBits: 9, readNoise: 0.1, tileRows: 64, boundManagement: 2 }),
  accessResistance: 1e3,
  secondsPerStep: 0,
});
const ofStorages: Readonly<Record<Exclude<keyof typeof storages, 'f32'>, object>> = {
  int8: all<library.Int8Options>({ headroom: 2, perChannel: true }),
  int4: all<library.Int4Options>({ headroom: 2, perChannel: false }),
  binary: all<library.BinaryOptions>({ latent: 'f32' }),
  quantizationAware: all<library.QuantizationAwareOptions>({ bits: 4 }),
  int8PerTensor: all<library.Int8Options>({ headroom: 2, perChannel: false }),
  synapse: device,
  synapsePair: device,
  tikiTaka: all<library.TikiTakaOptions>({ ...device, every: 2, rate: 1, buffered: true }),
};

const variants: Readonly<Record<string, string>> = { int8PerTensor: 'int8', synapsePair: 'synapse' };

const fromIndex = <Name extends string>(
  index: Readonly<Record<Name, object>>,
  refusal: Factory['refusal'],
  factoryOf: (name: Name) => readonly [name: string, make: (options: never) => unknown],
): Factory[] =>
  (Object.keys(index) as Name[]).map((key) => {
    const [told, make] = factoryOf(key);
    return { name: told, refusal, options: index[key], make: (given) => make(loose(given)) };
  });

const factories: readonly Factory[] = [
  ...declared,
  ...fromIndex(ofOptimizers, OptimizerError, (key) => [
    key === 'sign' ? 'signSgd' : key,
    (o) => optimizers[key](0.1, o),
  ]),
  ...fromIndex(ofSchedules, OptimizerError, (key) => [`${key}Decay`, schedules[key]]),
  ...fromIndex(ofRules, RuleError, (key) => [key, rules[key]]),
  ...fromIndex(ofStorages, ConfigurationError, (key) => [variants[key] ?? key, storages[key]]),
];

test('every factory of the indices is here', () => {
  const functions = Object.entries(layers).filter(([, value]) => typeof value === 'function' && value !== ShapeError);
  expect(declared.map((factory) => factory.name).sort()).toEqual(functions.map(([key]) => key).sort());
  // a constant schedule and floats have no options
  expect(Object.keys(ofSchedules)).toEqual(Object.keys(schedules).filter((key) => key !== 'constant'));
  expect(Object.keys(ofStorages)).toEqual(Object.keys(storages).filter((key) => key !== 'f32'));
});

const thrown = (make: () => unknown): Error => {
  try {
    make();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
};

describe.each(factories)('$name', ({ name: of, refusal, options, make }) => {
  test('takes all its options, and none of them', () => {
    make(options);
    make({});
    make(undefined);
  });

  test('refuses another one, and names those there are', () => {
    const error = thrown(() => make({ ...options, alien: 1 }));
    expect(error).toBeInstanceOf(refusal);
    const [, known] = new RegExp(`^${of} has no option 'alien'; it has (.*)$`).exec(error.message) ?? [];
    expect(known?.split(', ').sort()).toEqual(Object.keys(options).sort());
  });

  test.each([null, 'text', 3, [1], () => 1])('refuses %o in place of options', (given) => {
    const error = thrown(() => make(given));
    expect(error).toBeInstanceOf(refusal);
    expect(error.message).toMatch(new RegExp(`^the options of ${of} are .*, wanted an object$`));
  });

  const values = [null, {}, { alien: 1 }, Number.NaN, 'alien', sgd] as const;
  const useless = Object.keys(options).flatMap((key) =>
    values.filter((value) => key !== 'name' || typeof value !== 'string').map((value) => [key, value] as const),
  );
  const isPart = ([key, value]: readonly [string, unknown]): boolean =>
    key === 'projection' && of === 'tpsgd' && typeof value === 'object' && value !== null;
  test.each(useless.filter((entry) => !isPart(entry)))('%s: %o is refused by name', (key, value) => {
    const error = thrown(() => make({ ...options, [key]: value }));
    expect(error).toBeInstanceOf(refusal);
    expect(error.message).toMatch(new RegExp(`\\b${key}\\b|\\b${key}s? of\\b`));
    expect(error.message).toMatch(/wanted|has no option/);
  });
});

const refused: readonly [make: () => unknown, refusal: Factory['refusal'], message: string][] = [
  [
    () => sgd(0.1, { schedule: loose('cosine') }),
    OptimizerError,
    "sgd: schedule is 'cosine', wanted 'linear', cosineDecay() and the like, or pairs of",
  ],
  [
    () => sgd(0.1, { schedule: loose(library.cosineDecay) }),
    OptimizerError,
    'sgd: schedule is the function cosineDecay, not called, wanted',
  ],
  [() => sgd(0.1, { schedule: loose([1, 0]) }), OptimizerError, 'sgd: schedule is [1,0], wanted'],
  [() => sgd(loose('0.1')), OptimizerError, "sgd: learningRate is '0.1', wanted a finite number of at least 0"],
  [() => adam(loose({ learningRate: 0.1 })), OptimizerError, 'adam: learningRate is { learningRate }, wanted'],
  [
    () => sgd(0.1, { momentum: loose('0.9') }),
    OptimizerError,
    "sgd: momentum is '0.9', wanted a finite number from 0 to below 1",
  ],
  [() => sgd(0.1, { momentum: 1 }), OptimizerError, 'sgd: momentum is 1, wanted a finite number from 0 to below 1'],
  [() => sgd(0.1, { nesterov: true }), OptimizerError, 'sgd: momentum is 0, wanted more than 0 with nesterov'],
  [() => adam(0.1, { beta2: 1 }), OptimizerError, 'adam: beta2 is 1, wanted a finite number from 0 to below 1'],
  [() => huber(loose('1')), ConfigurationError, "huber: delta is '1', wanted a finite number above 0"],
  [
    () => tpsgd({ optimizer: loose('adam') }),
    RuleError,
    "tpsgd: optimizer is 'adam', wanted an optimizer, such as adam()",
  ],
  [() => tpsgd({ optimizer: loose(sgd) }), RuleError, 'tpsgd: optimizer is the function sgd, not called, wanted'],
  [
    () => tpsgd({ projection: loose({ sclae: 1 }) }),
    RuleError,
    "the projection of tpsgd has no option 'sclae'; it has kind, scale",
  ],
  [() => tpsgd({ projection: loose(null) }), RuleError, 'the options of the projection of tpsgd are null'],
  [
    () => tpsgd({ projection: { scale: loose('1') } }),
    RuleError,
    "tpsgd: projection.scale is '1', wanted a finite number above 0",
  ],
  [() => vector(dense(loose('10'))), ShapeError, "dense_1: units is '10', wanted a whole number of at least 0"],
  [
    () => image(layers.conv2d(8, loose(undefined))),
    ShapeError,
    'conv2d_1: kernelSize is undefined, wanted a number or [height, width]',
  ],
  [() => vector(rescale(loose('2'))), ShapeError, "rescale_1: scale is '2', wanted a finite number"],
  [() => vector(dense(3, { storage: loose(int8) })), ShapeError, 'dense_1: storage is the function int8, not called'],
  [() => layers.recurrent(loose(16)), ShapeError, 'recurrent: layer 1 is 16, wanted a layer, such as dense(10)'],
  [
    () => layers.residual(loose(dense(3))),
    ShapeError,
    'residual: layers is { type,name,config }, wanted a list, such as',
  ],
  [() => layers.block([]), ShapeError, 'block: layers is a list of 0, wanted a list, such as [dense(10)]'],
  [() => layers.block(loose([dense])), ShapeError, 'block: layer 1 is the function dense, not called, wanted a layer'],
  [() => sequential([3], loose([dense(2), undefined])), ShapeError, 'sequential: layer 2 is undefined, wanted a layer'],
  [
    () => sequential([3], loose(dense(2))),
    ShapeError,
    'sequential: layers is { type,name,config }, wanted a list, such as',
  ],
  [() => sequential(loose(784), [dense(2)]), ShapeError, 'sequential: inputShape is 784, wanted a list, such as [784]'],
  [
    () => sequential([3], [dense(2)], { element: loose('pixels') }),
    ShapeError,
    "sequential: element is 'pixels', wanted one of f32, u8",
  ],
];

test.each(refused.map(([make, refusal, message]) => ({ make, refusal, message })))('$message', (row) => {
  const { make, refusal, message } = row;
  const error = thrown(make);
  expect(error).toBeInstanceOf(refusal);
  expect(error.message).toContain(message);
});
