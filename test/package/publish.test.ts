// The packed library as tools of package authors judge it: publint, and are-the-types-wrong with its profile `esm-only`.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkPackage, Package } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { library } from '../../tools/pack.ts';

/** Nothing imports them: they run in workers. */
const scripts = ['./worker.js', './parallel.js'];

test('publint has nothing to say', async () => {
  const { messages, pkg } = await publint({ pkgDir: library, strict: true, pack: false });
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
});

test('every entry has its types, for whoever takes ES modules', async () => {
  const files = readdirSync(library, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .map((file) => [`/node_modules/onward${file.slice(library.length)}`, readFileSync(file)]);
  const packed = new Package(Object.fromEntries(files), manifest.name, manifest.version);
  const result = await checkPackage(packed, { excludeEntrypoints: scripts });
  if (!result.types) throw new Error('the package holds no types');
  const esModules = result.problems.filter(
    (problem) => !('resolutionKind' in problem && ['node10', 'node16-cjs'].includes(problem.resolutionKind)),
  );
  expect(esModules).toEqual([]);
  expect(Object.keys(result.entrypoints)).toHaveLength(Object.keys(manifest.exports).length - scripts.length);
});

test('what README and the pages of docs link to is in the package, but for sources', () => {
  const pages = [
    'README.md',
    ...readdirSync(join(library, 'docs'))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${name}`),
  ];
  const broken = pages.flatMap((page) =>
    [...readFileSync(join(library, page), 'utf8').matchAll(/\]\((?!\w+:)([^)#]+)/g)]
      .map(([, link]) => join(dirname(page), link))
      .filter((file) => !existsSync(join(library, file)))
      .map((file) => `${page}: ${file}`),
  );
  expect(broken).toEqual([]);
});
