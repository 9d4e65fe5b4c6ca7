// Pictures read row by row, as a network for the command line. See docs/write-a-layer.md.

import { dense, mean, sequential } from '../../src/index.ts';
import { trace } from './trace.ts';

export default sequential([28], [trace(0.9), dense(100, { activation: 'tanh' }), mean(), dense(10)], { steps: 28 });
