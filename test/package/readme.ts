// The code of README.md, as someone copies it.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../tools/bundle.ts';

const text = readFileSync(join(root, 'README.md'), 'utf8');
const [tenLines, inAWorker, store] = [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);

const pages = { 'ten-lines': tenLines, 'in-a-worker': inAWorker, 'in-a-browser': inAWorker + store };

/** Writes it into `folder` as a file of that ending; gives the path. */
export function copyReadme(folder: string, name: keyof typeof pages, ending: 'ts' | 'js'): string {
  const file = join(folder, `${name}.${ending}`);
  writeFileSync(file, pages[name]);
  return file;
}
