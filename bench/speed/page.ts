// The benchmark inside a page: bundled and called by browser.ts.

import { run } from './run.ts';

Object.assign(globalThis, { run });
