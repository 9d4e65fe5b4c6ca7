// The drawing of live bytes: its bars, its labels and its peak.

import { expect, test } from 'vitest';
import { describePeak, drawTimeline, timelines } from '../../cli/timeline.ts';
import { parseNetwork } from '../../cli/network-word.ts';
import { recordLearner } from '../../src/author.ts';
import { backprop } from '../../src/index.ts';

const timeline = {
  phase: 'train',
  bytes: [512, 1024, 256],
  calls: [
    { unit: 'one', kernel: 'a' },
    { unit: 'one', kernel: 'b' },
    { unit: 'two', kernel: 'c' },
  ],
};

test('draws a bar for each call over the names of the units', () => {
  expect(drawTimeline(timeline, { width: 24, height: 2, top: 1024 })).toEqual([
    '   1.0 KiB │    ████',
    '           │████████▄▄▄▄',
    '         0 └────────────',
    '            ╵one    ╵two',
  ]);
});

test('shows the fullest call of each column when there are more calls than columns', () => {
  const bytes = Array.from({ length: 100 }, (_, call) => (call === 55 ? 8 : 1));
  const [bars] = drawTimeline(
    { phase: 'train', bytes, calls: bytes.map(() => ({ unit: 'u', kernel: 'k' })) },
    { width: 22, height: 1, top: 8 },
  );
  expect(bars).toBe('       8 B │▁▁▁▁▁█▁▁▁▁');
});

test('names the peak', () => {
  expect(describePeak(timeline)).toBe('peak 1.0 KiB at call 2 of 3: one, b');
});

test('of a recorded rule tells unit and kernel of every call', () => {
  const [train] = timelines(recordLearner({ network: parseNetwork('12-8-4'), rule: backprop() }));
  expect(train.calls.length).toBe(train.bytes.length);
  expect(new Set(train.calls.map(({ unit }) => unit))).toEqual(new Set(['dense_1', 'dense_2', 'step']));
});
