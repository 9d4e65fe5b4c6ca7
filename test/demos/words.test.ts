// What the drawing page says is true of what the network answered.

import { expect, test } from 'vitest';
import { describeGuess, describeLesson } from '../../demos/draw/words.ts';

const answer = (label: string, confidence: number) => ({ index: 0, label, confidence, scores: {} });

test.each([
  [[], null, 'It knows nothing yet. Name your drawing, or let it warm up.'],
  [['7'], null, 'Draw something, and it guesses.'],
  [['7'], answer('7', 0.8), 'It has met only 7, so it says 7 to everything. Teach it another.'],
  [['7'], answer('0', 0.4), 'Not sure yet. Perhaps 0: 40 %'],
  [['7', '1'], answer('1', 0.75), 'Looks like 1: 75 %'],
])('having met %j', (met, guess, words) => {
  expect(describeGuess(guess, met)).toBe(words);
});

test.each([
  [answer('7', 0.81), 'Learned in 30 steps: it says 7, 81 %.'],
  [answer('7', 0.47), 'After 30 steps it says 7, 47 %: not sure yet.'],
  [answer('1', 0.9), 'After 30 steps it says 1, 90 %. Teach it again.'],
])('after a lesson in 7: %j', (now, words) => {
  expect(describeLesson('7', { steps: 30, isStopped: false, answer: now })).toBe(words);
});

test.each([
  [1, 'Stopped after 1 step: it says 7, 47 %.'],
  [3, 'Stopped after 3 steps: it says 7, 47 %.'],
])('after a lesson that was stopped after %d', (steps, words) => {
  expect(describeLesson('7', { steps, isStopped: true, answer: answer('7', 0.47) })).toBe(words);
});
