// What the oracle judges: for every learning rule the networks and options to try, all with plain gradient descent, and
// for `lif` its resets and surrogates. Data; case.ts makes cases of it.

import { rules } from '../../src/forward-only/index.ts';
import {
  averagePool,
  backprop,
  binaryCrossEntropy,
  block,
  conv2d,
  dense,
  flatten,
  last,
  lif,
  maxPool,
  mean,
  recurrent,
  sequential,
  sgd,
  squaredError,
  type LayerSpec,
  type LifOptions,
  type Loss,
  type NetworkSpec,
  type Rule,
} from '../../src/index.ts';

export interface Subject {
  /** A rule's name, or `lif`. */
  readonly group: string;
  readonly name: string;
  readonly network: NetworkSpec;
  readonly rule: Rule;
  /** Default: cross-entropy. */
  readonly loss?: Loss;
  /** Who has the neurons on the other side: snnTorch, or the equations alone; default: the equations. */
  readonly neurons?: 'snnTorch' | 'hand';
  readonly samples?: number;
  /** Inputs reach from -1 to 1 times this; default 1. */
  readonly strength?: number;
  /** Whether labels are actions, and what they were worth is told; default false. */
  readonly isRewarded?: boolean;
}

/** Whose first values are torch's. */
const torch = (units: number): LayerSpec => dense(units, { initializer: 'torch' });
const tanh = { activation: 'tanh' } as const;

/** Where time ends. */
const endings = {
  'every step': (_fire, output) => [output],
  mean: (_fire, output) => [mean(), output],
  'mean of spikes': (fire, output) => [output, fire, mean()],
} as const satisfies Record<string, (fire: LayerSpec, output: LayerSpec) => LayerSpec[]>;

const networks = {
  dense: sequential(
    [80],
    [dense(20, tanh), dense(12, { activation: 'relu' }), dense(9, { activation: 'elu' }), dense(4)],
  ),
  convolutional: sequential(
    [12, 11, 2],
    [
      conv2d(6, 3, { activation: 'leakyRelu' }),
      maxPool(2),
      conv2d(10, [2, 3], { ...tanh, padding: 'same', stride: 2 }),
      averagePool(2),
      flatten(),
      dense(4),
    ],
  ),
  'recurrent, last': sequential(
    [5],
    [recurrent(dense(8, tanh)), recurrent(dense(7, { activation: 'sigmoid' })), last(), dense(4)],
    {
      steps: 6,
    },
  ),
  'recurrent, mean': sequential([5], [recurrent(dense(8, tanh)), mean(), dense(6, tanh), dense(4)], { steps: 5 }),
  'recurrent, every step': sequential([5], [recurrent(dense(8, tanh)), dense(4)], { steps: 5 }),
  'recurrent, still input': sequential([5], [recurrent(dense(8, tanh)), dense(4)], { steps: 4, input: 'still' }),
  'spiking, every step': spiking({ decay: 0.9 }, 'every step'),
  'spiking, with a current': spiking({ decay: 0.7, currentDecay: 0.5 }, 'every step'),
  'spiking, recurrent, adaptive': sequential(
    [10],
    [recurrent(block([torch(16), lif({ decay: 0.9, adaptation: 0.3 })])), torch(12), lif(), torch(4)],
    { steps: 12 },
  ),
} as const satisfies Record<string, NetworkSpec>;

type NetworkName = keyof typeof networks;
const still = ['dense', 'convolutional'] as const satisfies NetworkName[];
const inTime = [
  'recurrent, last',
  'recurrent, mean',
  'recurrent, every step',
  'recurrent, still input',
] as const satisfies NetworkName[];
const fired = ['spiking, every step', 'spiking, with a current', 'spiking, recurrent, adaptive'] as const;
const open = ['recurrent, every step', ...fired] as const satisfies NetworkName[];

interface Trial {
  readonly options?: object;
  readonly loss?: Loss;
  readonly on: readonly NetworkName[];
  readonly samples?: number;
  /** So large that no change is lost in the rounding of its weight; default 0.5. */
  readonly rate?: number;
  readonly isRewarded?: boolean;
}

const raw = { epsilon: 0.25, normalize: false };
const lastOptimizer = sgd(0.5);

/** By the rule's name. */
const trials: Readonly<Record<string, readonly Trial[]>> = {
  backprop: [
    { on: [...still, ...inTime, ...fired], rate: 8 },
    { loss: binaryCrossEntropy, on: still },
    { loss: squaredError, on: still },
  ],
  feedbackAlignment: [{ on: still, rate: 8 }],
  dfa: [
    { on: still, rate: 8 },
    { loss: binaryCrossEntropy, on: still },
  ],
  tpsgd: [
    { options: { localLoss: 'l2' }, on: [...still, ...inTime, 'spiking, every step'] },
    { options: { localLoss: 'l1' }, on: still },
    { options: { localLoss: 'crossEntropy', projection: { kind: 'normal', scale: 2 } }, on: still },
    { options: { projection: { kind: 'signs', scale: 0.9 } }, on: still, samples: 1 },
    { options: { steps: 'all' }, on: ['recurrent, mean'] },
    ...[1, 2, 'all'].map((cells): Trial => ({ options: { cells }, on: ['convolutional'] })),
  ],
  drtp: [{ loss: binaryCrossEntropy, on: [...still, ...inTime] }, { on: still }],
  monoForward: [
    { options: { projection: 'full' }, on: [...still, ...inTime] },
    { options: { projection: 'pooled' }, on: ['convolutional'] },
  ],
  forwardForward: [
    { on: still },
    { options: { negatives: 'hard' }, on: ['convolutional'] },
    { options: { goodness: 'mean', loss: 'symba', negatives: 'hard', predictBy: 'all' }, on: ['dense'], rate: 8 },
    { options: { threshold: 1, peers: 0, straightThrough: false }, on: still },
  ],
  noprop: [
    { options: { steps: 3 }, on: still, rate: 64 },
    ...(['learned', 'prototype'] as const).map(
      (embedding): Trial => ({ options: { steps: 2, embedding, size: 6 }, on: still, rate: 64 }),
    ),
    ...(['continuous', 'flow'] as const).map((time): Trial => ({ options: { time, steps: 4 }, on: still, rate: 64 })),
    { options: { time: 'flow', embedding: 'learned', steps: 4 }, on: ['dense'], rate: 64 },
  ],
  // by less the two passes differ in the last digits alone
  pepita: [
    { options: { scale: 1 }, on: still, rate: 8 },
    { options: { scale: 1, recompute: true }, on: still, rate: 8 },
  ],
  channelGoodness: [
    { on: still, rate: 64 },
    { options: { goodness: 'square' }, on: still, rate: 8 },
  ],
  contrastiveForward: [
    { on: still, rate: 8 },
    { options: { above: 1, below: 0.5, cost: 0.1, predictBy: 'last' }, on: still, rate: 8 },
  ],
  sltt: [
    { on: [...open, 'dense'], rate: 8 },
    { options: { k: 3 }, on: open, rate: 8 },
  ],
  ottt: [{ on: [...open, 'dense'], rate: 8 }],
  decolle: [{ on: [...still, ...inTime, ...fired] }],
  eprop: [{ on: [...open, ...still], rate: 8 }],
  stdp: [
    { on: [...still, 'spiking, every step'] },
    { options: { trace: 0.5, inhibition: 0.1, target: 1, homeostasis: 0.02 }, on: [...still, 'spiking, every step'] },
    { options: { drift: 0.5 }, on: [...still, 'spiking, every step'], isRewarded: true },
  ],
  zerothOrder: [
    { options: { draws: 'signs', ...raw }, on: [...still, 'recurrent, last'] },
    { options: { draws: 'normal', ...raw }, on: still },
    { options: { share: 0.3, ...raw }, on: still },
    { options: { last: 1, lastOptimizer, ...raw }, on: [...still, 'recurrent, mean'] },
    { options: { last: 2, lastOptimizer, ...raw }, on: still },
    { options: { epsilon: 0.25 }, on: ['dense'] },
  ],
};

/** The subjects of a group; none for a rule without a trial. */
export function subjectsOf(group: string): Subject[] {
  if (group === 'lif') return lifSubjects();
  const rule = (rules as Readonly<Record<string, (options: object) => Rule>>)[group];
  return (trials[group] ?? []).flatMap(({ options = {}, loss, on, samples, rate = 0.5, isRewarded }) =>
    on.map((name) => ({
      group,
      name: [
        ...Object.entries(options).flatMap(([key, value]) => (key === 'lastOptimizer' ? [] : [wordOf(value)])),
        ...(loss ? [loss.name] : []),
        name,
        ...(samples === 1 ? ['one sample'] : []),
        ...(isRewarded ? ['by reward'] : []),
      ].join(', '),
      network: networks[name],
      rule: rule({ ...options, optimizer: sgd(rate) }),
      loss,
      samples,
      isRewarded,
      strength: name.startsWith('spiking') ? SPIKING : 1,
    })),
  );
}

const wordOf = (option: unknown): string =>
  typeof option === 'object' ? Object.values(option as object).join(' ') : String(option);

export const groups: readonly string[] = [...Object.keys(rules), 'lif'];

/** So strong that neurons fire, so weak that no potential is above the threshold after a soft reset. */
const SPIKING = 0.7;

function spiking(options: LifOptions, end: keyof typeof endings): NetworkSpec {
  const fire = lif(options);
  return sequential([10], [torch(16), fire, torch(12), fire, ...endings[end](fire, torch(4))], { steps: 12 });
}

function lifSubjects(): Subject[] {
  const rule = backprop({ optimizer: sgd(256) });
  const of = (options: LifOptions, end: keyof typeof endings = 'mean'): Subject => ({
    group: 'lif',
    name: `${options.reset}, ${options.surrogate}`,
    network: spiking({ decay: 0.9, ...options }, end),
    rule,
    neurons: 'snnTorch',
    strength: SPIKING,
  });
  const usual = { reset: 'soft', surrogate: 'triangle' } as const;
  return [
    ...(['soft', 'hard'] as const).flatMap((reset) =>
      (['triangle', 'fastSigmoid', 'atan'] as const).map((surrogate) => of({ reset, surrogate })),
    ),
    ...(['soft', 'hard'] as const).map((reset) => ({
      ...of({ ...usual, reset, decay: 0.7, currentDecay: 0.5 }),
      strength: 0.4,
      name: `${reset}, triangle, with a current`,
    })),
    ...(['soft', 'hard'] as const).map((reset) => ({
      ...of({ ...usual, reset, adaptation: 0.3, currentDecay: 0.3, adaptationDecay: 0.9 }),
      name: `${reset}, triangle, with a current, adaptive, by hand`,
      neurons: 'hand' as const,
    })),
    { ...of(usual, 'mean of spikes'), name: 'soft, triangle, spiking outputs' },
    { ...of(usual), name: 'soft, triangle, above threshold once reset, by hand', strength: 8, neurons: 'hand' },
  ];
}
