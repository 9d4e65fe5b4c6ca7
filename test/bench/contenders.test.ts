// Onward among the contenders: every rule of the index takes part by being there, and starts from the given weights.

import { expect, test } from 'vitest';
import { randomBatches, stepCases } from '../../bench/speed/cases.ts';
import { contenders } from '../../bench/speed/contenders/index.ts';
import type { StepCase } from '../../bench/speed/contender.ts';
import { measureStep } from '../../bench/speed/measure-step.ts';
import { buildNetwork } from '../../bench/speed/network.ts';
import { ruleNames } from '../../cli/choose-rule.ts';
import { parseNetwork } from '../../cli/network-word.ts';
import { refusal } from '../../src/check/check-rule.ts';
import { networks as checked } from '../../src/check/networks.ts';
import { rules } from '../../src/forward-only/index.ts';
import type { NetworkSpec } from '../../src/index.ts';

test('every rule of the index is a contender', () => {
  const names = contenders.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['onward', 'onward-relaxed']));
  for (const rule of ruleNames.filter((name) => name !== 'backprop')) {
    expect(names).toEqual(expect.arrayContaining([`onward-${rule}`, `onward-${rule}-micro`]));
  }
});

/** The rules whose contenders take a step of one of the cases. */
async function taking(cases: readonly StepCase[]): Promise<string[]> {
  const names: string[] = [];
  for (const name of Object.keys(rules)) {
    const own = contenders.find((one) => one.name === (name === 'backprop' ? 'onward' : `onward-${name}`))!;
    for (const stepCase of cases) {
      const rows = await measureStep([own], stepCase, { warmUpMs: 0, blockMs: 0, rounds: 1, budgetMs: 0 });
      if (rows.every(({ ms }) => ms === null)) continue;
      names.push(name);
      break;
    }
  }
  return names;
}

test('every rule of the index takes the step of a case, and of one with time if it knows time', async () => {
  const small = [...stepCases].sort((one, other) => one.batch - other.batch);
  const [still, timed] = [false, true].map((wanted) => small.filter((one) => (one.timed !== undefined) === wanted));
  const knowsTime = Object.entries(rules).flatMap(([name, rule]) =>
    refusal({ network: checked.spiking, rule: rule() }) === null ? name : [],
  );
  expect(await taking(still)).toEqual(Object.keys(rules));
  expect(await taking(timed)).toEqual(knowsTime);
});

test('a case with time has the word of its network, and nobody but Onward takes it', () => {
  const timed = stepCases.filter((stepCase) => stepCase.timed !== undefined);
  expect(timed).toHaveLength(4);
  const identity = ({ layers, ...network }: NetworkSpec): string =>
    JSON.stringify([network, layers.map(({ spec, ...where }) => [where, spec])]);
  for (const { timed: network, network: word } of timed) expect(identity(network!)).toBe(identity(parseNetwork(word)));
  const taking = contenders.filter(({ takesTime }) => takesTime).map(({ name }) => name);
  expect(taking.filter((name) => !name.startsWith('onward'))).toEqual([]);
});

test('the sparing forms of the control take its steps with less, the losses within 1e-5', async () => {
  const stepCase = { network: '6x6x1-c4k3-p2-8-3', batch: 5, learningRate: 0.1 };
  const layers = buildNetwork(stepCase.network, 1);
  const [batch] = randomBatches(1, stepCase.batch, 36, 3, 1);
  const runners = await Promise.all(
    ['onward', 'onward-checkpoint', 'onward-micro', 'onward-last'].map(async (wanted) => {
      const runner = await contenders.find(({ name }) => name === wanted)!.step!(stepCase, layers);
      if ('cannot' in runner) throw new Error(runner.cannot);
      return runner;
    }),
  );
  const losses = runners.map((runner) => [1, 2, 3].map(() => runner.step(batch.x, batch.y) as number));
  for (const own of losses.slice(0, 3)) own.forEach((loss, at) => expect(loss).toBeCloseTo(losses[0][at], 5));
  const [plain, checkpoint, micro, last] = runners.map(({ bytes }) => bytes);
  expect(checkpoint).toBeLessThanOrEqual(plain!);
  expect(micro).toBeLessThan(plain!);
  expect(last).toBeLessThan(plain!);
});

test('a step from the weights of the layers has their loss', async () => {
  const stepCase = { network: '2-3-2', batch: 1, learningRate: 0.1 };
  const layers = buildNetwork(stepCase.network, 1);
  const [hidden, output] = layers.map((layer) => (layer.kind === 'pool' ? null : layer.weight)) as Float32Array[];
  const x = Float32Array.of(0.5, -1);
  const units = [0, 1, 2].map((o) => Math.max(0, x[0] * hidden[o] + x[1] * hidden[3 + o]));
  const logits = [0, 1].map((o) => units.reduce((sum, unit, i) => sum + unit * output[2 * i + o], 0));
  const loss = Math.log(1 + Math.exp(logits[1] - logits[0]));
  const onward = contenders.find(({ name }) => name === 'onward')!;
  const runner = await onward.step!(stepCase, layers);
  if ('cannot' in runner) throw new Error(runner.cannot);
  expect(await runner.step(x, Int32Array.of(0))).toBeCloseTo(loss, 6);
});
