// The packed library in apps as people make them; `npm run matrix` tries all, this the ones that are quick.

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { chromium, type Browser } from 'playwright';
import { afterAll, describe, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { chromiumArguments, findChromium } from '../../tools/find-chromium.ts';
import { consumers } from '../../scripts/matrix/index.ts';
import { makeProject } from '../../scripts/matrix/install.ts';
import { judge } from '../../scripts/matrix/judge.ts';
import { library } from '../../tools/pack.ts';
import { visit } from '../../scripts/matrix/visit.ts';
import { copyReadme } from './readme.ts';

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

const app = 'https://app.test';
const cdn = 'https://cdn.test';

/** The page bundled by esbuild, without the worker beside it. */
async function bundled(worker = ''): Promise<string> {
  const folder = makeProject('bundled');
  const page = `import { tryOnward } from './try.js'; globalThis.tried = tryOnward(${worker});`;
  writeFileSync(join(folder, 'page.js'), page);
  const options = { absWorkingDir: folder, entryPoints: ['page.js'], outdir: '.', allowOverwrite: true };
  await build({ ...options, bundle: true, format: 'esm', logLevel: 'error' });
  return folder;
}

test('a worker is loaded from an address of another origin', async () => {
  const sites = {
    [app]: { folder: await bundled(`'${cdn}/worker.js'`) },
    [cdn]: { folder: join(library, 'dist/src/worker/onward') },
  };
  const tried = await visit(await browser(), `${app}/`, sites);
  expect(Object.values(judge({ tried }))).not.toContain(false);
});

describe('a worker that cannot start', () => {
  test('because its file is not beside the bundle, names the address it tried and the option', async () => {
    const { error } = await visit(await browser(), `${app}/`, { [app]: { folder: await bundled() } });
    expect(error).toMatch(/^WorkerCrashedError: .*could not be loaded/);
    expect(error).toContain(`wanted onward/worker.js at ${app}/onward/worker.js, or its address as the option worker`);
  });

  test('because an address of another origin has none', async () => {
    const folder = await bundled(`'${cdn}/worker.js'`);
    const sites = { [app]: { folder }, [cdn]: { folder: join(folder, 'nothing') } };
    const { error } = await visit(await browser(), `${app}/`, sites);
    expect(error).toMatch(/^WorkerCrashedError: .*wanted onward\/worker\.js at https:\/\/cdn\.test\/worker\.js/);
  });

  test('because the policy of the page forbids it', async () => {
    const headers = { 'content-security-policy': "script-src 'self' 'wasm-unsafe-eval'; worker-src 'none'" };
    const { error } = await visit(await browser(), `${app}/`, { [app]: { folder: await bundled(), headers } });
    expect(error).toMatch(/^WorkerCrashedError: .*wanted onward\/worker\.js at/);
  });

  test('or WebAssembly that may not be compiled, is told by name', async () => {
    const headers = { 'content-security-policy': "script-src 'self'" };
    const { error } = await visit(await browser(), `${app}/`, { [app]: { folder: await bundled(), headers } });
    expect(error).toMatch(/^UnsupportedFeatureError: .*script-src 'wasm-unsafe-eval'/);
  });
});

test.each(['ten-lines', 'in-a-worker'] as const)("README's %s run as they stand", { timeout: 120_000 }, (name) => {
  const folder = makeProject(name);
  const file = copyReadme(folder, name, 'js');
  expect(() => execFileSync(process.execPath, [file], { cwd: folder, stdio: 'pipe' })).not.toThrow();
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

test('the installed command says its version', () => {
  const onward = (...args: string[]): string =>
    execFileSync(process.execPath, [join(library, manifest.bin.onward), ...args], { encoding: 'utf8' }).trim();
  expect([onward('-v'), onward('--version')]).toEqual([manifest.version, manifest.version]);
});
