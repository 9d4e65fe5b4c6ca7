// Registers tsx for the thread's TypeScript: a worker thread of Node 20 does not take it over.

import { register } from 'tsx/esm/api';

register();
await import('./thread.ts');
