// Every consumer that the package is tried in, in the order of the table.

import { esbuildCopied, esbuildStrict, webpack5 } from './bundled.ts';
import type { Consumer } from './consumer.ts';
import { node, server } from './node.ts';
import { otherOrigin, page, strictPage } from './unbundled.ts';
import { vite6Build, vite6Dev, vite8Build, vite8Dev } from './vite.ts';

export const consumers: readonly Consumer[] = [
  vite6Dev,
  vite6Build,
  vite8Dev,
  vite8Build,
  webpack5,
  esbuildCopied,
  esbuildStrict,
  page,
  strictPage,
  otherOrigin,
  node,
  server,
];
