// Three projects of sources: `node` runs test/**\/*.test.ts, `apart` those that want a process of their own (pages, and
// what stands in for a module), `browser` runs test/**\/*.browser.test.ts in a real Chromium.
// Two of the packed library (tools/pack.ts): `package` and `package-browser` run the worker's tests on it, and the
// first what only it can show, in test/package.

import { playwright } from '@vitest/browser-playwright';
import { dirname, join, relative, resolve } from 'node:path';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import type { BrowserConfigOptions } from 'vitest/node';
import { root } from './tools/bundle.ts';
import { chromiumArguments, locateChromium } from './tools/find-chromium.ts';
import { library } from './tools/pack.ts';

const browserTests = 'test/**/*.browser.test.ts';
const apartTests = ['test/demos/*.test.ts', 'test/cli/check.test.ts'];
const packageTests = ['test/package/*.test.ts', 'test/docs/strangers.test.ts'];
const workerTests = 'test/{parallel,worker}/*.test.ts';
const workerBrowserTests = 'test/{parallel,worker}/*.browser.test.ts';
/** Of arithmetic, which is that of the sources: that it is packed whole, test/package/consumers.test.ts shows. */
const agreementTests = 'test/{parallel,worker}/agreement.*';

/** Of a project its own: vitest names the instances. */
const browser = (): BrowserConfigOptions => ({
  enabled: true,
  headless: true,
  screenshotFailures: false,
  provider: playwright({ launchOptions: { executablePath: locateChromium(), args: chromiumArguments } }),
  instances: [{ browser: 'chromium' }],
});
const onPackage = { plugins: [usePacked()] };
const globalSetup = 'test/package/setup.ts';

export default defineConfig({
  test: {
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: [browserTests, ...apartTests, ...packageTests],
          testTimeout: 30_000,
          // modules are loaded, and made fast by the engine, once a process and not once a file
          isolate: false,
          unstubEnvs: true,
        },
      },
      { test: { name: 'apart', include: apartTests, testTimeout: 30_000 } },
      {
        optimizeDeps: { include: ['comlink', 'idb'] },
        test: { name: 'browser', include: [browserTests], testTimeout: 60_000, browser: browser() },
      },
      {
        ...onPackage,
        test: {
          name: 'package',
          include: [workerTests, ...packageTests],
          exclude: [workerBrowserTests, agreementTests],
          testTimeout: 60_000,
          globalSetup,
        },
      },
      {
        ...onPackage,
        server: { fs: { strict: false } },
        test: {
          name: 'package-browser',
          include: [workerBrowserTests],
          exclude: [agreementTests],
          testTimeout: 60_000,
          browser: browser(),
          globalSetup,
        },
      },
    ],
  },
});

/** What tests import of the sources is taken from the packed library, file by file. */
function usePacked(): Plugin {
  return {
    name: 'use-packed',
    enforce: 'pre',
    resolveId(source, importer) {
      if (importer === undefined || !source.startsWith('.')) return;
      const file = relative(root, resolve(dirname(importer), source));
      if (/^(src|runtime)[\\/]/.test(file)) return join(library, 'dist', file.replace(/\.ts$/, '.js'));
    },
  };
}
