// The worker in Node while the library runs from its TypeScript sources: Node 20 loads no hooks for a worker's first file.

import { register } from 'tsx/esm/api';

register();
await import('./worker.ts');
