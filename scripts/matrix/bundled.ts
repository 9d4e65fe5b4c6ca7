// Apps made with bundlers that only build: webpack finds the worker's file by itself, esbuild wants it copied.

import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { library } from '../../tools/pack.ts';
import type { Consumer, Outcome } from './consumer.ts';
import { importTool } from './install.ts';
import { scriptsIn } from './scripts.ts';
import { visit, type Site } from './visit.ts';

/** The part of webpack that is used. */
interface Webpack {
  default(
    options: object,
    done: (error: Error | null, stats?: { hasErrors(): boolean; toString(): string }) => void,
  ): void;
}

const app = 'https://app.test';

/** A policy that lets nothing in from elsewhere, and nothing inline. */
const strict: Site['headers'] = {
  'content-security-policy': "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'",
};

const opened = async (folder: string, browser: Parameters<Consumer['run']>[1], headers?: Site['headers']) => ({
  tried: await visit(await browser(), `${app}/`, { [app]: { folder, headers } }),
  scripts: scriptsIn(folder),
});

/** `<folder>/out` with the page, which loads page.js of the bundler. */
function outFolder(folder: string): string {
  const out = join(folder, 'out');
  cpSync(join(folder, 'index.html'), join(out, 'index.html'));
  return out;
}

export const webpack5: Consumer = {
  name: 'webpack 5',
  async run(folder, browser) {
    const { default: webpack } = await importTool<Webpack>('webpack/lib/index.js');
    const out = outFolder(folder);
    const output = { path: out, filename: 'page.js' };
    await new Promise<void>((resolve, reject) => {
      webpack({ mode: 'production', context: folder, entry: './page.js', output }, (error, stats) => {
        if (error !== null || stats?.hasErrors()) reject(error ?? new Error(stats?.toString()));
        else resolve();
      });
    });
    return opened(out, browser);
  },
};

const esbuilt = (name: string, headers?: Site['headers']): Consumer => ({
  name,
  async run(folder, browser): Promise<Outcome> {
    const out = outFolder(folder);
    await build({
      absWorkingDir: folder,
      entryPoints: ['page.js'],
      outdir: 'out',
      bundle: true,
      minify: true,
      format: 'esm',
      logLevel: 'error',
    });
    cpSync(join(library, 'dist/src/worker/onward/worker.js'), join(out, 'onward/worker.js'));
    return opened(out, browser, headers);
  },
});

export const esbuildCopied = esbuilt('esbuild, worker.js copied');
export const esbuildStrict = esbuilt('esbuild, worker.js copied, strict CSP', strict);
