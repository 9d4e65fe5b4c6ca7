// Pages without a bundler: an import map names the modules of the installed package, or of another origin.

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packed } from '../../tools/pack.ts';
import type { Consumer } from './consumer.ts';
import { visit, type Site } from './visit.ts';

const app = 'https://app.test';
const cdn = 'https://cdn.test';

const importMap = (modules: string): string =>
  JSON.stringify({
    imports: {
      onward: `${modules}/onward/dist/src/index.js`,
      'onward/data': `${modules}/onward/dist/src/data/index.js`,
      'onward/worker': `${modules}/onward/dist/src/worker/index.js`,
      comlink: `${modules}/comlink/dist/esm/comlink.mjs`,
    },
  });

/** Puts the map before the page's script; gives its hash, by which a policy allows it. */
function addMap(folder: string, modules: string): string {
  const file = join(folder, 'index.html');
  const map = importMap(modules);
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace('<script', `<script type="importmap">${map}</script>\n<script`),
  );
  return createHash('sha256').update(map).digest('base64');
}

const policy = (hash: string, scripts: string, workers: string): Site['headers'] => ({
  'content-security-policy': [
    "default-src 'self'",
    `script-src 'self' ${scripts} 'wasm-unsafe-eval' 'sha256-${hash}'`,
    `worker-src ${workers}`,
  ].join('; '),
});

const unbundled = (name: string, quick: boolean, headers: (hash: string) => Site['headers']): Consumer => ({
  name,
  quick,
  async run(folder, browser) {
    const hash = addMap(folder, '/node_modules');
    const page = `${app}${folder.slice(packed.length)}/`;
    return { tried: await visit(await browser(), page, { [app]: { folder: packed, headers: headers(hash) } }) };
  },
});

export const page = unbundled('no bundler, import map', false, () => undefined);
export const strictPage = unbundled('no bundler, strict CSP', true, (hash) => policy(hash, '', "'self'"));

export const otherOrigin: Consumer = {
  name: 'no bundler, the package on another origin, strict CSP',
  quick: true,
  async run(folder, browser) {
    const headers = policy(addMap(folder, cdn), cdn, 'blob:');
    const sites = {
      [app]: { folder, headers },
      [cdn]: { folder: join(packed, 'node_modules'), headers: { 'access-control-allow-origin': '*' } },
    };
    return { tried: await visit(await browser(), `${app}/`, sites) };
  },
};
