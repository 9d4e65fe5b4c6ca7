// The worker in Node while the library runs from its sources: Node 20 has no hooks yet when it loads a worker's first file.

import { register } from 'tsx/esm/api';

register();
await import('./worker.ts');
