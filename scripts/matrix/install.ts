// Where consumers of the package live: one folder with the packed library installed, and the bundlers and compilers
// that are tried beside those of the project (scripts/matrix/consumers/package.json).

import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installLocked } from '../../tools/install-locked.ts';
import { root } from '../../tools/bundle.ts';
import { freshFolder } from '../../tools/pack.ts';

const tools = join(root, 'scripts/matrix/consumers');

export const installTools = (): void =>
  installLocked(tools, 'the bundlers and the compiler that the package is tried with (90 MB, once)');

const sources = ['try.js', 'page.js', 'index.html', 'report.js'];

/** A fresh project of that name that has the package installed, and the sources of an app. */
export function makeProject(name: string, files: readonly string[] = sources): string {
  const folder = freshFolder(name);
  for (const file of files) cpSync(join(tools, file), join(folder, file));
  return folder;
}

/** A file of a tool of scripts/matrix/consumers. */
export const toolFile = (path: string): string => join(tools, 'node_modules', path);

/** The exports of a tool. */
export async function importTool<Exports>(path: string): Promise<Exports> {
  return (await import(pathToFileURL(toolFile(path)).href)) as Exports;
}
