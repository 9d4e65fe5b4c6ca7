// The scripts of a built app.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const scriptsIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.m?js$/.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8'));
