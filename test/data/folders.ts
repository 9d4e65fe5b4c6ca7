// Files that tests of data write into folders of their own, which are gone with the process.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = mkdtempSync(join(tmpdir(), 'onward-data-'));
process.on('exit', () => rmSync(root, { recursive: true }));

let folders = 0;
/** A path where there is nothing yet. */
export const newFolder = (): string => join(root, `${folders++}`);

export const write = (path: string, content: string | Uint8Array): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
};
