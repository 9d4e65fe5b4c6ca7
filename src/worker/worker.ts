// The worker's own entry: `onward/worker.js` is this file with all it imports, as a script that runs as a module and as
// a classic one. It serves as many learners as it is asked for, and knows neither rules nor layers.

import { hostLearner } from './host.ts';
import { serve } from './serve.ts';

serve(hostLearner);
