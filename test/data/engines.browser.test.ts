// The data stage in a real browser.

import { testEngine } from './engines.ts';

testEngine();
