// The trials of a comparison, and the file that keeps them: a line of JSON each.

import { readFile } from 'node:fs/promises';
import { writeAtomically } from '../src/data/node/write-file.ts';
import type { ActivityCells } from './activity.ts';

/** One training; activity is null where nothing spikes. */
export interface Trial extends ActivityCells {
  readonly data: string;
  /** Learned from. */
  readonly samples: number;
  readonly network: string;
  readonly batch: number;
  readonly epochs: number;
  readonly rule: string;
  /** What it was tuned by. */
  readonly set: string;
  readonly judgedBy: 'validation' | 'test';
  readonly seed: number;
  /** The first figure of the task, such as `accuracy`; the score is null where it diverged. */
  readonly metric: string;
  readonly better: 'higher' | 'lower';
  readonly score: number | null;
  /** Of the processor, the judging at the end included. */
  readonly seconds: number;
  readonly bytes: number;
  /** Of synapse devices, mean of a device, and the energy of all; null where there are none, or nobody knows. */
  readonly pulses: number | null;
  readonly joules: number | null;
  readonly weights: string;
  /** The command that gives it again. */
  readonly command: string;
  /** Of the files of one's own that it names, their hash; null without: with another rule or table it is tried anew. */
  readonly files: string | null;
  /** Of the library's code, as `codeNow` tells it: with other code it is tried anew. */
  readonly code: string;
}

/** What a trial is made of: of the same there is one outcome. */
export type Made = Pick<Trial, 'command' | 'files' | 'code'>;

/** Thrown for a file of trials that is damaged. */
class TrialsFileError extends Error {
  override name = 'TrialsFileError';
}

/** The trials of a file's text; what a killed process left of the last line is left out. @throws TrialsFileError */
export function readTrials(file: string, text: string): Trial[] {
  const lines = text.split('\n');
  return lines.flatMap((line, at) => {
    if (line.trim() === '') return [];
    const trial = parseTrial(line);
    if (trial !== null) return [trial];
    if (at === lines.length - 1) return [];
    const shown = line.length > 40 ? `${line.slice(0, 40)}...` : line;
    throw new TrialsFileError(`line ${at + 1} of ${file} is '${shown}', wanted a trial as onward compare writes it`);
  });
}

/** Null for what is none. */
function parseTrial(line: string): Trial | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof (value as Partial<Trial> | null)?.command === 'string' ? (value as Trial) : null;
  } catch {
    return null;
  }
}

/** What was run before, and what is added. @throws TrialsFileError */
export async function openLog(file: string) {
  const text = await readFile(file, 'utf8').catch(() => '');
  let known = readTrials(file, text);
  return {
    find: ({ command, files, code }: Made): Trial | undefined =>
      known.find((trial) => trial.command === command && trial.files === files && trial.code === code),
    async keep(trial: Trial): Promise<void> {
      if (known.includes(trial)) return;
      known = [...known.filter(({ command }) => command !== trial.command), trial];
      const lines = known.map((each) => `${JSON.stringify(each)}\n`).join('');
      await writeAtomically(file, new TextEncoder().encode(lines));
    },
  };
}
