// The worker in Node while the library runs from its sources: a worker of Node 20 loads its first file without hooks.

import { register } from 'tsx/esm/api';

register();
await import('./worker.ts');
