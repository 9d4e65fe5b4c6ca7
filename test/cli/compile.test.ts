// `onward compile`, and what it makes.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { compile } from '../../cli/commands/compile.ts';
import { regression, startLearner } from '../../src/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'onward-'));
afterAll(() => rmSync(folder, { recursive: true }));
const out = join(folder, 'out.onward');

test('a network in a word, with rule and options', async () => {
  await compile.run(['6-12-3', '--rule', 'drtp', '--batch', '4', '-o', out, '--json']);
  const learner = await startLearner(readFileSync(out));
  expect([learner.compiled.rule.name, learner.compiled.batchSize]).toEqual(['drtp', 4]);
  expect(Number.isFinite(learner.learnOne([1, 2, 3, 4, 5, 6], 2).loss)).toBe(true);
});

test('a file with all options, its task among them', async () => {
  const file = join(folder, 'learner.mjs');
  writeFileSync(
    file,
    `import { backprop, dense, regression, sequential } from 'onward';
     export default { network: sequential([4], [dense(2)]), rule: backprop(), task: regression(['a', 'b']), seed: 5 };`,
  );
  const main = join(import.meta.dirname, '../../cli/main.ts');
  const printed = execFileSync(process.execPath, ['--import', 'tsx', main, 'compile', file, '--out', out]);
  expect(String(printed)).toContain('backprop for regression');
  const learner = await startLearner(readFileSync(out), { task: regression });
  expect([learner.seed, learner.classNames, learner.compiled.task.kind]).toEqual([5, ['a', 'b'], 'regression']);
});

test('without a network says what is wanted', async () => {
  await expect(compile.run([])).rejects.toThrow('compile wants a network in a word, or a file such as ./learner.ts');
});
