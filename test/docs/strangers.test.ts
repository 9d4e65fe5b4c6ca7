// The rules of docs/strangers stand outside the library: they import the two public entries alone, are checked against
// the packed types, run from the packed library, and are short.

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { CheckReport } from '../../src/check/index.ts';
import { compileStrangers, freshFolder } from '../../tools/pack.ts';

const strangers = join(import.meta.dirname, '../../docs/strangers');
const files = readdirSync(strangers).map((name) => join(strangers, name));

/** Lines at most. */
const limits: Readonly<Record<string, number>> = { 'mono-forward': 60, 'forward-forward': 100, noprop: 100 };

const folder = freshFolder('strangers');
beforeAll(() => compileStrangers(folder, files), 60_000);

const textOf = (name: string): string => readFileSync(join(strangers, `${name}.ts`), 'utf8');

test('each has a limit of lines', () => {
  expect(readdirSync(strangers)).toEqual(
    Object.keys(limits)
      .map((name) => `${name}.ts`)
      .sort(),
  );
});

test.each(Object.entries(limits))('%s has at most %i lines, and imports the public entries alone', (name, most) => {
  const text = textOf(name);
  expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(most);
  const imported = [...text.matchAll(/\bfrom '([^']+)'/g)].map(([, entry]) => entry);
  expect(imported).toEqual(['onward', 'onward/author']);
});

test.each(Object.keys(limits))('%s holds what a rule owes', { timeout: 180_000 }, (name) => {
  const program = [
    "import { checkRule } from 'onward/author/check';",
    `import rule from './${name}.js';`,
    'console.log(JSON.stringify(await checkRule(rule())));',
  ].join('\n');
  const out = execFileSync(process.execPath, ['--input-type=module', '--eval', program], { cwd: folder });
  const report: CheckReport = JSON.parse(String(out));
  expect(report.results.flatMap(({ wrong }) => wrong)).toEqual([]);
  expect(report.results.map(({ network }) => network)).toContain('dense');
  expect(report.results.map(({ network }) => network)).toContain('handwriting');
});
