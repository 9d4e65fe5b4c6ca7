// `npx tsx bench/step.ts`: one SGD step of four networks, Onward beside its peers.

import { bench } from './main.ts';

await bench('step', process.argv.slice(2));
