// `npx tsx bench/kernels.ts`: matrix products at the shapes of training, against the peak of this machine and the peers.

import { bench } from './main.ts';

await bench('kernels', process.argv.slice(2));
