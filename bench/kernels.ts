// `npx tsx bench/kernels.ts`: matrix products at the shapes of training, beside the peers and the machine's peak.

import { bench } from './main.ts';

await bench('kernels', process.argv.slice(2));
