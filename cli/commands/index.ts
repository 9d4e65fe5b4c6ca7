// All commands, one line each, in the order of help.

import type { Command } from '../command.ts';
import { bench } from './bench.ts';
import { check } from './check.ts';
import { compile } from './compile.ts';
import { evaluate } from './evaluate.ts';
import { help } from './help.ts';
import { memory } from './memory.ts';
import { predict } from './predict.ts';
import { rules } from './rules.ts';
import { serve } from './serve.ts';
import { start } from './start.ts';
import { train } from './train.ts';

const working: readonly Command[] = [start, train, evaluate, predict, memory, rules, check, bench, compile, serve];

export const commands: readonly Command[] = [...working, help(working)];
