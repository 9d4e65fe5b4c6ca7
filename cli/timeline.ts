// Live bytes over the calls of a training step, drawn in characters: what a learning rule's memory looks like in time.

import { formatBytes } from '../src/index.ts';
import { callsOf } from '../runtime/program/op.ts';
import { trainingPhases, type Recorded } from '../src/compile/record.ts';

export interface Timeline {
  readonly phase: string;
  /** Bytes of transients alive at each call. */
  readonly bytes: readonly number[];
  /** The unit and the kernel of each call. */
  readonly calls: readonly { readonly unit: string; readonly kernel: string }[];
}

/** One timeline for each phase of the training. */
export const timelines = ({ program, plan, course }: Recorded): Timeline[] =>
  trainingPhases(course).map((phase) => ({
    phase,
    bytes: plan.timeline.get(phase) ?? [],
    calls: callsOf(program.phases.get(phase) ?? []).map(({ unit, kernel }) => ({
      unit: unit ?? 'step',
      kernel: kernel.name,
    })),
  }));

export const peakOf = ({ bytes }: Timeline): number => Math.max(0, ...bytes);

export interface DrawOptions {
  /** Columns of the whole drawing. */
  readonly width: number;
  /** Rows of the bars. */
  readonly height: number;
  /** Bytes at the top of the scale. */
  readonly top: number;
}

const EIGHTHS = ' ▁▂▃▄▅▆▇█';
const MARGIN = 12;

/** The bars over a line of units. */
export function drawTimeline(timeline: Timeline, { width, height, top }: DrawOptions): string[] {
  const { bytes, calls } = timeline;
  const columns = columnsFor(bytes.length, Math.max(8, width - MARGIN));
  const fills = columns.map(({ from, to }) => (Math.max(...bytes.slice(from, to)) / top) * height);
  const rows = Array.from({ length: height }, (_, row) => {
    const floor = height - 1 - row;
    const cells = fills.map((fill) => EIGHTHS[Math.max(0, Math.min(8, Math.round((fill - floor) * 8)))]);
    const label = row === 0 ? formatBytes(top) : '';
    return `${label.padStart(MARGIN - 2)} │${cells.join('').trimEnd()}`;
  });
  const units = columns.map(({ from }) => calls[from].unit);
  return [
    ...rows,
    `${'0'.padStart(MARGIN - 2)} └${'─'.repeat(columns.length)}`,
    `${' '.repeat(MARGIN)}${nameRuns(units)}`.trimEnd(),
  ];
}

/** The fullest call, in words. */
export function describePeak(timeline: Timeline): string {
  const { bytes, calls } = timeline;
  const at = bytes.indexOf(peakOf(timeline));
  const { unit, kernel } = calls[at];
  return `peak ${formatBytes(bytes[at])} at call ${at + 1} of ${bytes.length}: ${unit}, ${kernel}`;
}

/** Which calls each column shows: several, or one of which it is a part. */
function columnsFor(calls: number, width: number): { from: number; to: number }[] {
  const columns = calls < width ? calls * Math.floor(width / calls) : width;
  return Array.from({ length: columns }, (_, column) => {
    const from = Math.floor((column * calls) / columns);
    return { from, to: Math.max(from + 1, Math.ceil(((column + 1) * calls) / columns)) };
  });
}

/** Each run of one unit under a bar at its beginning, with as much of the name as fits. */
function nameRuns(units: readonly string[]): string {
  let text = '';
  while (text.length < units.length) {
    const start = text.length;
    const end = units.findIndex((unit, at) => at > start && unit !== units[start]);
    const length = (end < 0 ? units.length : end) - start;
    text += `╵${units[start]}`.slice(0, length).padEnd(length);
  }
  return text;
}
