// What the lead must know of the workers' programs, as plain data: which ports stand for what, phase by phase.

/** Steps that a worker may be ahead of the one behind it: one in work, and the next at hand. */
const AHEAD = 2;

/** Steps of which something is under way, at most, with so many helpers. */
export const stepsUnderWay = (helpers: number): number => helpers * AHEAD + 1;

/** The lead's part of a phase, beside the whole one. */
export const leadPhase = (phase: string): string => `${phase}/lead`;

/** What a helper gives of a phase, among what it tells. */
export const givenAs = (phase: string, buffer: string): string => `${phase}/${buffer}`;

/** What one worker computed and another reads. */
export interface Taken {
  /** Of the buffer in which it was computed. */
  readonly name: string;
  /** Where it comes to stand. */
  readonly port: string;
  /** The number of the worker that computes it. */
  readonly from: number;
}

export interface SharedPhase {
  readonly takes: readonly Taken[];
  /** By the name of the buffer in which it was computed, with its bytes. */
  readonly gives: Readonly<Record<string, number>>;
  /** What the lead fills with samples and targets, with its bytes. */
  readonly fills: Readonly<Record<string, number>>;
}

/** A worker's part: of each phase of a step, and what it alone learns. */
export interface Share {
  readonly phases: Readonly<Record<string, SharedPhase>>;
  readonly learned: readonly string[];
  /** All that lasts there. */
  readonly holds: readonly string[];
}
