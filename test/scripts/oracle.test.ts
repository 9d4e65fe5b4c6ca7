// The oracle's own half: every rule has a statement and something to try, every device model too, and a case says all of
// a step, or of pulses. The other half is Python: `npm run oracle`.

import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { writeCase } from '../../scripts/oracle/case.ts';
import { presets } from '../../scripts/oracle/presets.ts';
import { pulseSubjects, writePulses } from '../../scripts/oracle/pulses.ts';
import { subjectsOf } from '../../scripts/oracle/subjects.ts';
import { deviceModels } from '../../runtime/simd/devices/index.ts';
import { rules } from '../../src/forward-only/index.ts';
import { profiles } from '../../src/index.ts';

const product = (shape: readonly number[]): number => shape.reduce((total, axis) => total * axis, 1);

test.each(Object.keys(rules))('the rule %s is stated and tried', (rule) => {
  const file = rule.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
  expect(existsSync(`scripts/oracle/rules/${file}.py`), `scripts/oracle/rules/${file}.py`).toBe(true);
  const names = subjectsOf(rule).map(({ name }) => name);
  expect(names).not.toEqual([]);
  expect(new Set(names).size).toBe(names.length);
});

test.each(Object.keys(rules))(
  'a case of %s: weights before and after, finite, all moved; the same again',
  async (rule) => {
    const [subject] = subjectsOf(rule);
    const written = await writeCase(subject);
    const { input, labels, before, after, classes } = written;
    expect(input.shape[0]).toBe(labels.length);
    for (const { shape, values } of [input, ...Object.values(before), ...Object.values(after)]) {
      expect(values).toHaveLength(product(shape));
      expect(values.every(Number.isFinite)).toBe(true);
    }
    expect(labels.every((label) => label >= 0 && label < classes)).toBe(true);
    expect(Object.keys(after)).toEqual(Object.keys(before));
    const fixed = /\/feedback\//;
    const fixedOf: Readonly<Record<string, RegExp>> = { decolle: /\/readout\//, stdp: /\/bias$/ };
    for (const [name, { values }] of Object.entries(after)) {
      const isFixed = fixed.test(name) || fixedOf[rule]?.test(name) === true;
      expect(
        values.some((value, i) => value !== before[name].values[i]),
        name,
      ).toBe(!isFixed);
    }
    expect(JSON.parse(JSON.stringify(await writeCase(subject)))).toEqual(JSON.parse(JSON.stringify(written)));
  },
);

test('a case of lif has the spikes of every step, some fired and some not', async () => {
  const { spikes = {}, network } = await writeCase(subjectsOf('lif')[0]);
  expect(Object.keys(spikes)).toEqual(['dense_1', 'dense_2']);
  for (const steps of Object.values(spikes)) {
    expect(steps).toHaveLength(network.steps!);
    expect(new Set(steps.flatMap(({ values }) => values))).toEqual(new Set([0, 1]));
  }
});

test('pulses of every device model are tried, up and down from five conductances, by the layer itself', async () => {
  const models = new Set(pulseSubjects.map(({ profile }) => profile.model));
  expect(models).toEqual(new Set(Object.keys(deviceModels)));
  const ofKit = Object.values(profiles).filter(({ source }) => source.includes('IBM'));
  expect(Object.keys(presets).sort()).toEqual(ofKit.map(({ name }) => name).sort());
  const subject = pulseSubjects.find(({ name }) => name === 'gokmen-vlasov, 3 pulses')!;
  const { points, devices } = await writePulses(subject, 1, ({ share }) => share === 0.5);
  expect(points.map(({ way }) => way)).toEqual([1, -1]);
  for (const { way, mean, deviation } of points) {
    const error = (0.3 * 0.0016 * Math.sqrt(3)) / Math.sqrt(devices);
    expect(Math.abs(mean - way * 3 * 0.0016)).toBeLessThan(4 * error);
    expect(deviation / (error * Math.sqrt(devices))).toBeCloseTo(1, 1);
  }
});
