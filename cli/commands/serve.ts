// `onward serve`: the built demos, or another folder, at localhost.

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { defineCommand, jsonOption, printJson, UsageError } from '../command.ts';
import { interruptSignal } from '../interrupt.ts';
import { root } from '../own-package.ts';
import { readWhole } from '../read-value.ts';
import { serveFolder, type StaticServer } from '../static-server.ts';

/** The built demos, in a checkout and in the package. */
export const demos = join(root, 'dist', 'demos');

export const serve = defineCommand({
  name: 'serve',
  positionals: '[<folder>]',
  options: {
    port: { type: 'string', value: '<n>', about: 'default 8000; another one if it is taken' },
    host: { type: 'string', value: '<name>', about: 'default localhost; 0.0.0.0 for other devices (they need https)' },
    ...jsonOption,
  },
  async run(values, [folder = demos]) {
    const port = readWhole('port', values.port ?? '8000', 0, 65535);
    if (values.host === '') throw new UsageError("--host is '', wanted a name, such as localhost");
    const signal = interruptSignal();
    const server = await openFolder(folder, { port, host: values.host });
    if (values.json) printJson({ address: server.address, folder });
    else console.log(`${folder} is at ${server.address} (Ctrl-C ends)`);
    await closeAt(signal, server);
  },
});

/** @throws UsageError where there is no such folder, or no such place to serve it at. */
export async function openFolder(folder: string, options?: { port?: number; host?: string }): Promise<StaticServer> {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError(`there is no folder '${folder}'${folder === demos ? ': npm run build makes it' : ''}`);
  }
  return serveFolder(folder, options).catch(({ message }: Error) => {
    throw new UsageError(`cannot serve: ${message}`);
  });
}

export async function closeAt(signal: AbortSignal, server: StaticServer): Promise<void> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
  await server.close();
}
