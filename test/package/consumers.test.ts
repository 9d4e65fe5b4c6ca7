// The packed library in apps as people make them; `npm run matrix` tries all, this the ones that are quick.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { chromium, type Browser } from 'playwright';
import { afterAll, describe, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { root } from '../../scripts/bundle.ts';
import { chromiumArguments, findChromium } from '../../scripts/find-chromium.ts';
import { consumers } from '../../scripts/matrix/index.ts';
import { makeProject } from '../../scripts/matrix/install.ts';
import { judge } from '../../scripts/matrix/judge.ts';
import { visit } from '../../scripts/matrix/visit.ts';

let launched: Promise<Browser> | undefined;
const browser = async (): Promise<Browser> => {
  launched ??= chromium.launch({ executablePath: await findChromium(), args: chromiumArguments });
  return launched;
};
afterAll(async () => (await launched)?.close());

test.each(consumers.filter(({ quick }) => quick))('$name: learns here and in its worker', async ({ run }) => {
  const outcome = await run(makeProject('consumer'), browser);
  expect(outcome.tried.error).toBeUndefined();
  expect(Object.values(judge(outcome))).not.toContain(false);
});

describe('a worker that cannot start', () => {
  const app = 'https://app.test';
  const built = async (source = 'tryOnward()'): Promise<string> => {
    const folder = makeProject('no-worker');
    writeFileSync(join(folder, 'page.js'), `import { tryOnward } from './try.js'; globalThis.tried = ${source};`);
    const options = { absWorkingDir: folder, entryPoints: ['page.js'], outdir: '.', allowOverwrite: true };
    await build({ ...options, bundle: true, format: 'esm', logLevel: 'error' });
    return folder;
  };

  test('because its file is not beside the bundle, names the address it tried and the option', async () => {
    const { error } = await visit(await browser(), `${app}/`, { [app]: { folder: await built() } });
    expect(error).toMatch(/^WorkerCrashedError: .*could not be loaded/);
    expect(error).toContain(`wanted onward/worker.js at ${app}/onward/worker.js, or its address as the option worker`);
  });

  test('because an address of another origin has none', async () => {
    const folder = await built("tryOnward('https://cdn.test/worker.js')");
    const sites = { [app]: { folder }, 'https://cdn.test': { folder: join(folder, 'nothing') } };
    const { error } = await visit(await browser(), `${app}/`, sites);
    expect(error).toMatch(/^WorkerCrashedError: .*wanted onward\/worker\.js at https:\/\/cdn\.test\/worker\.js/);
  });

  test('because the policy of the page forbids it', async () => {
    const headers = { 'content-security-policy': "script-src 'self' 'wasm-unsafe-eval'; worker-src 'none'" };
    const { error } = await visit(await browser(), `${app}/`, { [app]: { folder: await built(), headers } });
    expect(error).toMatch(/^WorkerCrashedError: .*wanted onward\/worker\.js at/);
  });

  test('or WebAssembly that may not be compiled, is told by name', async () => {
    const headers = { 'content-security-policy': "script-src 'self'" };
    const { error } = await visit(await browser(), `${app}/`, { [app]: { folder: await built(), headers } });
    expect(error).toMatch(/^UnsupportedFeatureError: .*script-src 'wasm-unsafe-eval'/);
  });
});

test("README's ten lines run as they stand", { timeout: 60_000 }, () => {
  const folder = makeProject('ten-lines');
  const [, lines] = /```ts\n(import \{ createLearner[\s\S]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8'))!;
  writeFileSync(join(folder, 'ten-lines.js'), lines);
  const out = execFileSync(process.execPath, ['ten-lines.js'], { cwd: folder, encoding: 'utf8' });
  expect(Number(out.trim().split('\n').at(-1))).toBeGreaterThan(0.9);
});

test('every entry is imported on a server, and required by CommonJS', () => {
  const entries = Object.keys(manifest.exports).filter((entry) => !/\.js(on)?$/.test(entry));
  const names = JSON.stringify(entries.map((entry) => join(manifest.name, entry)));
  const imported = `const all = await Promise.all(${names}.map((name) => import(name)));`;
  const required = `const all = ${names}.map((name) => require(name));`;
  const count = 'console.log(all.filter((entry) => Object.keys(entry).length > 0).length)';
  for (const [type, text] of Object.entries({ module: imported, commonjs: required })) {
    const args = [`--input-type=${type}`, '--eval', `${text} ${count}`];
    const out = execFileSync(process.execPath, args, { cwd: makeProject('entries'), encoding: 'utf8', stdio: 'pipe' });
    expect(out.trim(), type).toBe(String(entries.length));
  }
});
