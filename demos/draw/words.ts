// What the page says about a guess, a lesson, and what it keeps.

import type { Classification } from '../../src/index.ts';
import { StorageFullError, StoreDamagedError } from '../../src/store/index.ts';
import { SURE, type Lesson } from './lesson.ts';

export const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

/** `answer` is null without a drawing or before any training; `met` are the classes it has learned something of. */
export function describeGuess(answer: Classification | null, met: readonly string[]): string {
  if (met.length === 0) return 'It knows nothing yet. Name your drawing, or let it warm up.';
  if (answer === null) return 'Draw something, and it guesses.';
  const { label, confidence } = answer;
  if (met.length === 1 && label === met[0])
    return `It has met only ${label}, so it says ${label} to everything. Teach it another.`;
  return `${confidence < SURE ? 'Not sure yet. Perhaps' : 'Looks like'} ${label}: ${percent(confidence)}`;
}

export function describeLesson(label: string, { steps, isStopped, answer }: Lesson): string {
  const now = `it says ${answer.label}, ${percent(answer.confidence)}`;
  if (isStopped) return `Stopped after ${steps} ${steps === 1 ? 'step' : 'steps'}: ${now}.`;
  if (answer.label !== label) return `After ${steps} steps ${now}. Teach it again.`;
  return answer.confidence < SURE ? `After ${steps} steps ${now}: not sure yet.` : `Learned in ${steps} steps: ${now}.`;
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
