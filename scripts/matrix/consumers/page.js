// The page of every browser consumer.

import { tryOnward } from './try.js';

globalThis.tried = tryOnward();
