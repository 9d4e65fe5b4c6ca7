// The entry of a parallel learner's workers: `onward/parallel.js` is this file with all it imports, as a script that
// runs as a module and as a classic one. All workers run it; one of them leads.

import { serve } from '../worker/serve.ts';
import { hostWorker } from './host.ts';

serve(hostWorker);
