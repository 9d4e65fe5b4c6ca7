// The same benchmark in a real Chromium: the contenders are bundled into a page, served from this machine, and called.
// The page is not cross-origin isolated, so there is no SharedArrayBuffer and every library stays on one thread.

import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright';
import { chromiumArguments, findChromium } from '../../tools/find-chromium.ts';
import type { Kind, Progress, Run, Selection } from './run.ts';

const folder = fileURLToPath(new URL('../', import.meta.url));
const html = '<!doctype html><meta charset="utf-8"><script type="module" src="/speed/page.js"></script>';
const mediaTypes: Record<string, string> = { js: 'text/javascript', mjs: 'text/javascript', wasm: 'application/wasm' };

/** The rows of one benchmark, measured in Chromium. @throws ChromiumNotFoundError if there is none. */
export const runInBrowser: Run = async (kind, selection, progress) => {
  const server = await serve();
  const browser = await chromium.launch({ executablePath: await findChromium(), args: chromiumArguments });
  try {
    const tab = await browser.newPage();
    await tab.exposeFunction('progress', progress);
    await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const json = await tab.evaluate(runThere, { kind, selection });
    return JSON.parse(json);
  } finally {
    await browser.close();
    server.close();
  }
};

/** Sent to the page as text, so it knows nothing of this file. */
async function runThere({ kind, selection }: { kind: Kind; selection: Selection }): Promise<string> {
  const { run, progress } = globalThis as unknown as { run: Run; progress: Progress };
  return JSON.stringify(await run(kind, selection, progress));
}

/** A server of the page, the bundled peers at /peers/<name>.js, and the files of their packages that they fetch. */
async function serve(): Promise<Server> {
  const bundles = await bundle();
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const type = mediaTypes[pathname.slice(pathname.lastIndexOf('.') + 1)] ?? 'text/html';
    try {
      const body = pathname === '/' ? html : (bundles.get(pathname) ?? (await readFile(`${folder}${pathname}`)));
      response.writeHead(200, { 'content-type': type }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function bundle(): Promise<Map<string, Uint8Array>> {
  const { outputFiles } = await build({
    absWorkingDir: folder,
    entryPoints: ['speed/page.ts', 'peers/tfjs.js', 'peers/jax-js.js', 'peers/onnxruntime-web.js'],
    outdir: folder,
    outbase: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    minify: true,
    write: false,
    allowOverwrite: true,
    logLevel: 'error',
  });
  return new Map(outputFiles.map(({ path, contents }) => [`/${path.slice(folder.length)}`, contents]));
}
