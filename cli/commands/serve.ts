// `onward serve`: the built demos, or another folder, at localhost.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { defineCommand, jsonOption, printJson, UsageError } from '../command.ts';
import { interruptSignal } from '../interrupt.ts';
import { root } from '../own-package.ts';
import { readWhole } from '../read-value.ts';
import { serveFolder } from '../static-server.ts';

/** The built demos, in a checkout and in the package. */
export const demos = join(root, 'dist', 'demos');

export const serve = defineCommand({
  name: 'serve',
  about: 'serves the demos, or a folder, at localhost until Ctrl-C',
  positionals: '[<folder>]',
  options: {
    port: { type: 'string', value: '<n>', about: 'default 8000; another one if it is taken' },
    host: { type: 'string', value: '<name>', about: 'default localhost; 0.0.0.0 for other devices (they need https)' },
    ...jsonOption,
  },
  async run(values, [folder = demos]) {
    const port = readWhole('port', values.port ?? '8000', 0);
    if (port > 65535) throw new UsageError(`--port is ${port}, wanted at most 65535`);
    if (values.host === '') throw new UsageError("--host is '', wanted a name, such as localhost");
    await serveUntilInterrupt(folder, { port, host: values.host }, (address) => {
      if (values.json) printJson({ address, folder });
      else console.log(`${folder} is at ${address} (Ctrl-C ends)`);
    });
  },
});

/** @throws UsageError where there is no such folder. */
export async function serveUntilInterrupt(
  folder: string,
  { signal = interruptSignal(), ...options }: { port?: number; host?: string; signal?: AbortSignal },
  announce: (address: string) => void,
): Promise<void> {
  if (!existsSync(folder)) {
    throw new UsageError(`there is no folder '${folder}'${folder === demos ? ': npm run build makes it' : ''}`);
  }
  const server = await serveFolder(folder, options);
  announce(server.address);
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
  await server.close();
}
