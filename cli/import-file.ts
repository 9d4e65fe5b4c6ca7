// The default export of a user's file: a rule, a network or a data set.

import { existsSync } from 'node:fs';
import { register } from 'node:module';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UsageError } from './command.ts';

/** Thrown for a user's file that does not load, or exports something else. */
export class UserFileError extends Error {
  override name = 'UserFileError';
}

/** Whether a text names such a file, and nothing of an index. */
export const isFile = (text: string): boolean => /\.[cm]?[jt]s$/.test(text);

let registered = false;

/**
 * What the file exports as default.
 * @param wanted what that should be, in words
 * @throws UsageError where there is no such file; UserFileError where it does not load or has no default export.
 */
export async function importDefault(path: string, wanted: string): Promise<unknown> {
  if (!existsSync(path)) throw new UsageError(`there is no file '${path}'`);
  registerHook();
  let module: { default?: unknown };
  try {
    module = await import(pathToFileURL(resolve(path)).href);
  } catch (error) {
    throw new UserFileError(reasonFor(path, error as NodeJS.ErrnoException), { cause: error });
  }
  if (module.default === undefined) throw new UserFileError(`${path} has no default export, wanted ${wanted}`);
  return module.default;
}

function registerHook(): void {
  if (registered) return;
  const extension = extname(import.meta.filename);
  const source = (path: string): string => new URL(`../src/${path}${extension}`, import.meta.url).href;
  const data = { onward: source('index'), 'onward/author': source('author'), 'onward/data': source('data/index') };
  register(`./import-hook${extension}`, import.meta.url, { data });
  registered = true;
}

function reasonFor(path: string, { code, message }: NodeJS.ErrnoException): string {
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION') {
    const { node } = process.versions;
    return `${path} is TypeScript, which Node ${node} does not run: give a .js file, or use Node 22.18 or later`;
  }
  return `${path} does not load: ${message}`;
}
