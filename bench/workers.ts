// `npx tsx bench/workers.ts [rule ...] [--json] [--rounds 7]`: what two workers gain over one, for rules whose units do
// not wait for each other. Each round fits the same samples in one worker, in two that share the units out, in two that
// learn all of it each, and in one again. Of the rounds:
//
//   speedup   time in one worker / time in two that share, median; it is judged beside
//   ideal     the work of all units / that of the worker with most of them, by their floating-point operations, for
//             layers, of which each wants the output of the one before
//   copies    what two learners reach that have nothing to do with each other, for blocks that want nothing of another
//
// A run is noisy where the times in one worker at the beginning and at the end of the rounds differ by more than 10 %:
// it shows nothing then. Ends with exit code 1 where a row does not hold, or is noisy.

import { parseArgs } from 'node:util';
import { defineRule, dense as denseLayer, LOCAL, type Layer } from '../src/author.ts';
import { dense, drtp, monoForward, sequential, sgd, tpsgd, type NetworkSpec, type Rule } from '../src/index.ts';
import { createParallelLearner } from '../src/parallel/index.ts';
import { createWorkerLearner } from '../src/worker/index.ts';
import { tellRows } from './verdict.ts';
