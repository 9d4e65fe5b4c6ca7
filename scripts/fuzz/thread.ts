// The thread in which a campaign runs, so that one that hangs can be ended.

import { parentPort, workerData } from 'node:worker_threads';
import { countsIn, run } from './campaign.ts';
import * as targets from './index.ts';

const { name, seed, end, memory } = workerData;
const trial = await targets[name as keyof typeof targets].begin();
await run({ name, trial, seed, end, tell: (what) => parentPort?.postMessage(what) }, countsIn(memory));
process.exit();
