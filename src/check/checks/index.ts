// What every rule owes on every network that it can train, one line each.

import type { Check } from '../check.ts';
import { fresh } from './fresh.ts';
import { poison, proof } from './proof.ts';
import { repeats } from './repeats.ts';
import { resumes } from './resumes.ts';
import { newClass, resized, room } from './room.ts';
import { rows } from './rows.ts';
import { touches } from './touches.ts';

export const checks: readonly Check[] = [repeats, fresh, touches, proof, poison, resumes, rows, resized];

/** What rules hold besides, unless layers are wider for more classes, or the answer weighs class against class. */
export const roomChecks: readonly Check[] = [room, newClass];
