// What every learning rule owes, on every kind of network and in every storage: the checks of src/check over the
// indices, nothing to write per rule.
//
// The ten golden losses are in golden/<rule>.json. After a wanted change of a rule, or for a new one, write them with
// `ONWARD_WRITE_GOLDEN=1 npx vitest run test/forward-only/contract`, and look at the difference.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lossesIn, optionsOf, subjectOf } from '../../src/check/check.ts';
import { checks, roomChecks } from '../../src/check/checks/index.ts';
import { host } from '../../src/check/host.ts';
import { networks } from '../../src/check/networks.ts';
import type { RecordOptions } from '../../src/compile/record.ts';
import {
  averagePool,
  conv2d,
  createLearner,
  dense,
  depthwiseConv2d,
  flatten,
  globalAveragePool,
  groupNormalize,
  int8,
  int8Activations,
  int8Deltas,
  maxPool,
  sequential,
  ShapeError,
} from '../../src/index.ts';
import { storages } from '../quantization/storages.ts';
import { lossOf } from './proof.ts';
import { tried } from './tried.ts';

interface Kept extends Pick<RecordOptions, 'network' | 'storage' | 'activations' | 'microBatch'> {
  readonly name: string;
}

const digital = ['int8', 'int8PerTensor', 'int4', 'binary', 'quantizationAware'] as const;
type Digital = (typeof digital)[number];
const isDigital = (name: string): name is Digital => (digital as readonly string[]).includes(name);

/** The digital storages that a rule refuses, as it moves weights in place. */
const inPlace: Readonly<Record<string, readonly Digital[]>> = {
  stdp: digital,
  zerothOrder: ['binary', 'quantizationAware'],
};

/** A layer in each of the others; which one has room for classes differs from rule to rule. */
function inEach(rule: string): Kept[] {
  const taken = digital.filter((name) => !inPlace[rule]?.includes(name));
  const turned = taken.map((_, at) => storages[taken[(at + rule.length) % taken.length]]());
  if (turned.length === 0) return [];
  const layers = turned.map((storage, at) => {
    if (at === turned.length - 1) return dense(4, { storage });
    return dense(at === 0 ? 70 : 9, { activation: at % 2 === 0 ? 'tanh' : 'relu', storage });
  });
  return [{ name: 'dense, each digital', network: sequential([12], layers) }];
}

/**
 * Every network in float, some of them in micro-batches, one in every other storage, or a layer of one; `integers`
 * below. The rest: `onward check all --storage NAME`.
 */
const stored = Object.entries(storages).flatMap(([name, storage]): Kept[] => {
  if (isDigital(name)) return [];
  const of = (network: string): Kept => ({
    name: name === 'f32' ? network : `${network}, ${name}`,
    network: networks[network],
    storage: storage(),
  });
  const inParts = (network: string): Kept => ({
    ...of(network),
    name: `${of(network).name} in micro-batches`,
    microBatch: 4,
  });
  if (name !== 'f32') return [of('dense')];
  return [...Object.keys(networks).map(of), ...['depthwise', 'recurrent', 'spiking'].map(inParts)];
});
/** All layers that compute in integers, and one that does not. */
const integers: Kept = {
  name: 'small, int8 throughout',
  network: sequential(
    [7, 7, 1],
    [
      conv2d(5, 3, { activation: 'relu' }),
      maxPool(2),
      depthwiseConv2d(3, { activation: 'tanh', padding: 'same' }),
      groupNormalize(1),
      averagePool(2, { padding: 'same', stride: 1 }),
      flatten(),
      dense(4),
    ],
  ),
  storage: int8(),
  activations: int8Activations({ deltas: int8Deltas() }),
};
const kept = [...stored, integers];
const writesGolden = process.env.ONWARD_WRITE_GOLDEN === '1';

/** Rules that owe no room: their layers are wider for more classes, and their answers weigh class against class. */
const withoutRoom: readonly string[] = ['noprop'];

const timeless = '(channelGoodness|contrastiveForward|dfa|feedbackAlignment|forwardForward|noprop|pepita)';

/** What a rule cannot train, and why it says so. */
const refused: readonly (readonly [subject: RegExp, reason: RegExp])[] = [
  [
    new RegExp(`^${timeless}, (recurrent|spiking)`),
    new RegExp(`^${timeless} wants a network without time, and this one has \\d steps$`),
  ],
  [
    /^(sltt|ottt|eprop), recurrent/,
    /^(sltt|ottt|eprop) has a loss at every time step, but time ends in 'last_1': wanted a network without last\(\) and mean\(\), /,
  ],
  [
    /^contrastiveForward, .* in micro-batches$/,
    /^contrastiveForward sets samples of a step beside one another, wanted no microBatch$/,
  ],
  [
    /^stdp, (residual|.*recurrent)/i,
    /^stdp knows no competition in '(residual|recurrent)_1': wanted dense\(\) and convolutions, /,
  ],
  [/^stdp, .*, (int8|synapse|tikiTaka)/, /^stdp makes '.*\/weight' positive, where \w+ rounds: wanted/],
  [
    /^zerothOrder, .* in micro-batches$/,
    /^zerothOrder learns from all samples of a step at once, wanted no microBatch: /,
  ],
];

const PARTS = 3;

/** Of every third rule of the index, from this one: files run beside each other. */
export function testContract(part: number): void {
  for (const [ruleName, rule] of Object.entries(tried).filter((_, at) => at % PARTS === part)) {
    const owed = withoutRoom.includes(ruleName) ? checks : [...checks, ...roomChecks];
    const goldenFile = join(import.meta.dirname, 'golden', `${ruleName}.json`);
    const golden: Record<string, number[]> = existsSync(goldenFile) ? JSON.parse(readFileSync(goldenFile, 'utf8')) : {};

    for (const name of inPlace[ruleName] ?? []) {
      test(`${ruleName} is refused ${name}, which rounds`, async () => {
        const learner = createLearner({ network: networks.dense, rule: rule(), storage: storages[name]() });
        await expect(learner).rejects.toThrow(/ rounds: wanted/);
      });
    }

    describe.each([...kept, ...inEach(ruleName)])(`${ruleName}, $name network`, ({ name: networkName, ...kept }) => {
      const subject = subjectOf({ ...kept, rule: rule(), loss: lossOf(ruleName) });
      const [, reason] = refused.find(([what]) => what.test(`${ruleName}, ${networkName}`)) ?? [];
      if (reason !== undefined) {
        test('is refused, with the reason', async () => {
          await expect(createLearner(optionsOf(subject))).rejects.toThrow(reason);
        });
        return;
      }

      test('ten golden losses', () => {
        const losses = lossesIn('simd128', subject);
        if (writesGolden) {
          golden[networkName] = losses;
          writeFileSync(goldenFile, `${JSON.stringify(golden, null, 2)}\n`);
        }
        expect(losses, `write ${goldenFile} as said above`).toEqual(golden[networkName]);
      });

      test.each(owed)('$name', async ({ run }) => {
        expect(await run(subject)).toEqual([]);
      });

      test('needs at most 5 % more for transients than no plan can undercut', () => {
        const { plan } = host(subject, 'none');
        expect(plan.arena).toBeLessThanOrEqual(1.05 * plan.lowerBound.transients);
      });
    });

    test(`${ruleName} is refused a network whose last layer is not dense`, async () => {
      const network = sequential([6, 6, 1], [conv2d(4, 3), globalAveragePool()]);
      await expect(createLearner({ network, rule: rule() })).rejects.toThrow(ShapeError);
    });
  }
}
