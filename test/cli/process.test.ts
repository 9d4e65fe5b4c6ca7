// The command line as a process: what scripts rely on.

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { rules } from '../../src/forward-only/index.ts';
import { onward } from './as-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'onward-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

const small = ['--network', '784-12-10', '--limit', '200'];
const tiny = [...small, '--epochs', '2'];

describe.concurrent('onward', { timeout: 60_000 }, () => {
  test('rules --json gives paper, and locality as claimed and as proved, for all', async () => {
    const { code, out, err } = await onward(['rules', '--json']);
    expect([code, err]).toEqual([0, '']);
    const rows: Record<string, unknown>[] = JSON.parse(out);
    const claims = Object.values(rules).map((rule) => rule());
    expect(rows.map(({ name, claim, proof, units }) => [name, claim, proof, units])).toEqual(
      claims.map(({ name, locality }) => [name, locality, locality, name === 'noprop' ? 10 : 4]),
    );
    expect(rows.every(({ paper }) => typeof paper === 'string' && paper.length > 20)).toBe(true);
    expect(rows.every(({ largestShare }) => typeof largestShare === 'number' && largestShare < 1 / 2)).toBe(true);
  });

  test('train --json ends with one line; evaluate finds the same accuracy in what it saved', async () => {
    const file = join(folder, 'digits.onward');
    const first = await onward(['train', '--json', ...tiny, '--rule', 'drtp', '--seed', '3', '--save', file]);
    const result = JSON.parse(first.out);
    expect(first.code).toBe(0);
    expect(first.out.trim().split('\n').length).toBe(1);
    expect(first.err.trim().split('\n').length).toBe(2);
    expect(result).toMatchObject({
      rule: 'drtp',
      network: '784-12-10',
      data: 'synthetic',
      epochs: 2,
      seed: 3,
      interrupted: false,
    });
    expect(result.weightHash).toMatch(/^[0-9a-f]{8}$/);
    expect(result.memory.usedBytes).toBe(result.memory.plannedBytes);
    expect(readdirSync(folder).filter((name) => name.startsWith('digits'))).toEqual(['digits.onward']);

    const tested = JSON.parse((await onward(['evaluate', '--json', '--restore', file])).out);
    expect([tested.accuracy, tested.weightHash]).toEqual([result.accuracy, result.weightHash]);
    expect(tested.confusion.flat().reduce((sum: number, count: number) => sum + count, 0)).toBe(1000);
  });

  test("train takes a rule of the user's, with its options", async () => {
    const args = [
      'train',
      '--json',
      ...tiny,
      '--rule',
      'test/cli/fixtures/my-rule.js',
      '--set',
      'strength=0.5',
      '--validation',
      '0.2',
    ];
    const { code, out } = await onward(args);
    expect([code, JSON.parse(out)]).toMatchObject([0, { rule: 'mine', judgedBy: 'validation' }]);
  });

  test("memory leaves a user's rule that takes no options its own optimizer", async () => {
    const { code, out } = await onward([
      'memory',
      '--json',
      '--rule',
      'test/cli/fixtures/plain-rule.ts',
      '--rule',
      'tpsgd',
    ]);
    const { rows } = JSON.parse(out);
    const told = rows.map(({ rule, optimizer, microBatch }: Record<string, unknown>) => [rule, optimizer, microBatch]);
    expect([code, told]).toEqual([
      0,
      [
        ['plain', 'adam', 32],
        ['plain', 'adam', 1],
        ['tpsgd', 'sgd', 32],
        ['tpsgd', 'sgd', 1],
      ],
    ]);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('one %s keeps, judges and saves what was learned; exit code %d', async (signal, ends) => {
    const file = join(folder, `${signal}.onward`);
    let isSent = false;
    const { code, out } = await onward(
      ['train', '--json', ...small, '--epochs', '100000', '--save', file],
      (err, pid) => {
        if (isSent || !err.includes('epoch 1/')) return;
        isSent = true;
        process.kill(pid, signal);
      },
    );
    const result = JSON.parse(out);
    expect([code, result.interrupted]).toEqual([ends, true]);
    expect(result.epochs).toBeGreaterThanOrEqual(1);
    expect(result.accuracy).toBeGreaterThan(0);
    expect(readdirSync(folder)).toContain(`${signal}.onward`);
  });

  test("names what a user's rule lacks", async () => {
    const { code, err } = await onward(['memory', '--rule', 'test/cli/fixtures/partial-rule.ts']);
    expect([code, err]).toEqual([2, "onward: RuleError: the rule 'partial' has no 'paper'\n"]);
  });
});
