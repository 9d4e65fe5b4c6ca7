// The app of consumers that are programs.

import { tryOnward } from './try.js';

console.log(JSON.stringify(await tryOnward()));
