// The thread in which a campaign runs, so that one that hangs can be ended.

import { parentPort, workerData } from 'node:worker_threads';
import { countsIn, run } from './campaign.ts';
import * as targets from './index.ts';
import type { Target } from './target.ts';

const { name, seed, end, memory } = workerData;
const known: Readonly<Record<string, Target>> = targets;
const trial = await known[name].begin();
await run({ name, trial, seed, end, tell: (what) => parentPort?.postMessage(what) }, countsIn(memory));
process.exit();
