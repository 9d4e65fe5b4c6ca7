// Apps made with Vite: served while they are developed, and built. Vite 6 is the oldest one tried, 8 the project's own.

import * as vite8 from 'vite';
import type { Consumer } from './consumer.ts';
import { importTool } from './install.ts';
import { scriptsIn } from './scripts.ts';
import { visit } from './visit.ts';

type Vite = Pick<typeof vite8, 'createServer' | 'build'>;

const versions: Readonly<Record<string, () => Promise<Vite>>> = {
  'Vite 6': () => importTool<Vite>('vite-6/dist/node/index.js'),
  'Vite 8': async () => vite8,
};

const dev = (name: string, quick = false): Consumer => ({
  name: `${name} dev`,
  quick,
  async run(folder, browser) {
    const { createServer } = await versions[name]();
    const server = await createServer({
      root: folder,
      configFile: false,
      logLevel: 'error',
      server: { host: '127.0.0.1', port: 0, hmr: false },
    });
    try {
      await server.listen();
      const { port } = server.httpServer!.address() as { port: number };
      return { tried: await visit(await browser(), `http://127.0.0.1:${port}/`) };
    } finally {
      await server.close();
    }
  },
});

const built = (name: string, quick = false): Consumer => ({
  name: `${name} build`,
  quick,
  async run(folder, browser) {
    const { build } = await versions[name]();
    await build({ root: folder, configFile: false, logLevel: 'error' });
    const out = `${folder}/dist`;
    const tried = await visit(await browser(), 'https://app.test/', { 'https://app.test': { folder: out } });
    return { tried, scripts: scriptsIn(out) };
  },
});

export const vite6Dev = dev('Vite 6', true);
export const vite6Build = built('Vite 6', true);
export const vite8Dev = dev('Vite 8');
export const vite8Build = built('Vite 8');
