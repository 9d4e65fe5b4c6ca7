// 784-400-10 with spiking hidden neurons, ten steps of a rate code: what SLTT and backprop through time are compared
// on.

import { dense, lif, rate, sequential } from '../../src/index.ts';

export default sequential([784], [rate(), dense(400), lif(), dense(10)], { steps: 10, input: 'still' });
