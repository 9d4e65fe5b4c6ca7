// What the page says about a guess, a lesson, and what it keeps.

import type { Classification } from '../../src/index.ts';
import { StorageFullError, StoreDamagedError } from '../../src/store/index.ts';
import { SURE, type Lesson } from './lesson.ts';

export const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

/** `answer` is null without a drawing or before any training; `met` are the classes it has learned something of. */
export function describeGuess(answer: Classification | null, met: readonly string[]): string {
  if (met.length === 0) return 'It knows nothing yet. Name your drawing, or let it warm up.';
  if (answer === null) return 'Draw something, and it guesses.';
  if (met.length === 1) return `It has met only ${met[0]}, so it says ${met[0]} to everything. Teach it another.`;
  const { label, confidence } = answer;
  return `${confidence < SURE ? 'Not sure yet. Perhaps' : 'Looks like'} ${label}: ${percent(confidence)}`;
}

export function describeLesson(label: string, { steps, answer }: Lesson): string {
  const now = `it says ${answer.label}, ${percent(answer.confidence)}`;
  return answer.label === label ? `Learned in ${steps} steps: ${now}.` : `After ${steps} steps ${now}. Teach it again.`;
}

export const describeCatchUp = (drawings: number): string =>
  drawings === 0 ? '' : `Caught up on ${drawings} ${drawings === 1 ? 'drawing' : 'drawings'}.`;

export const describeFailure = (error: unknown): string =>
  error instanceof StorageFullError
    ? 'No room is left to keep more: what you teach now is forgotten when the page closes.'
    : 'This browser keeps nothing for this page: what you teach is forgotten when it closes.';

export function describeLeftOut(what: string, error: unknown): string {
  const reason = error instanceof StoreDamagedError ? 'the record is damaged' : (error as Error).message;
  return `${what} cannot be read and is left out: ${reason}.`;
}
