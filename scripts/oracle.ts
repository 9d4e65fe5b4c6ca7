// `npm run oracle`: one step of every learning rule, on all weights, against a statement of its paper by automatic
// differentiation, spiking neurons against snnTorch, and pulses on synapse devices against aihwkit and NeuroSim's
// equations, with the numbers of aihwkit's presets and the pairs that it refreshes (scripts/oracle). Exit code 1 if a
// case fails.
//
// Of pulses, mean and spread are within three standard errors. One comparison in 370 is not by chance alone: what lies
// beyond is measured once more, with new pulses.
//
//   --only <rule>   that rule alone, or `lif`, `aihwkit`, `neurosim`
//   --json          the rows as data

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { writeCase, type Case } from './oracle/case.ts';
import { judgePairs, pairStates } from './oracle/pairs.ts';
import { judgeNumbers, type NumbersVerdict, presets } from './oracle/presets.ts';
import { type PulseCase, type PulseSubject, pulseSubjects, writePulses } from './oracle/pulses.ts';
import { groups, subjectsOf } from './oracle/subjects.ts';
import { ensurePython, PythonError } from '../tools/python.ts';
import type { Json } from '../cli/profiles/exchange/aihwkit.ts';

/** Of the largest change of a weight. */
const TOLERANCE = 1e-5;
/** Of what pulses add. */
const ERRORS = 3;

const folder = join(import.meta.dirname, 'oracle');

/** Torch for Linux comes with its CUDA libraries, unless pip is told of an index with builds for the CPU. */
const environment = {
  name: 'oracle',
  folder,
  about: 'torch, snnTorch and aihwkit for the oracle (up to 5 GB)',
};

class OracleError extends Error {
  override name = 'OracleError';
}

/** What the other side says of a step. */
interface StepVerdict {
  /** The largest difference of a change, relative to the largest change of its weight; and which weight. */
  readonly difference: number;
  readonly where: string;
  /** Neurons that fired, and how many of them did on one side alone. */
  readonly fired: number;
  readonly unlike: number;
}

/** What it says of pulses. */
interface PulseVerdict {
  /** The largest difference, in standard errors, of so many; which it is, and the points that are beyond. */
  readonly errors: number;
  readonly of: number;
  readonly where: string;
  readonly beyond: readonly Pick<PulseCase['points'][number], 'share' | 'way'>[];
}

type Verdict = StepVerdict | PulseVerdict | NumbersVerdict;
type Row = { readonly group: string; readonly name: string; readonly passed: boolean } & Verdict;

try {
  const { values } = parseArgs({ options: { only: { type: 'string' }, json: { type: 'boolean', default: false } } });
  const rows = await judge(chosen(values.only), (row) => !values.json && console.log(describe(row)));
  const failed = rows.filter(({ passed }) => !passed).length;
  console.log(values.json ? JSON.stringify(rows) : `\n${rows.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
} catch (error) {
  console.error(String(error));
  process.exitCode = 1;
}

function chosen(only: string | undefined): readonly string[] {
  const all = [...groups, ...new Set(pulseSubjects.map(({ group }) => group))];
  if (only === undefined) return all;
  if (all.includes(only)) return [only];
  throw new OracleError(`--only is '${only}', wanted ${all.join(', ')}`);
}

/** Takes each step here and there. A rule that nobody has stated is a row that failed. */
async function judge(which: readonly string[], tell: (row: Row) => void): Promise<Row[]> {
  const rows: Row[] = [];
  const add = (group: string, name: string, verdict: Verdict): void => {
    const row = { group, name, passed: holds(verdict), ...verdict };
    tell(row);
    rows.push(row);
  };
  const other = start(ensurePython(environment));
  try {
    for (const group of which) {
      for (const [name, preset] of group === 'aihwkit' ? Object.entries(presets) : []) {
        add(group, `${name}, its numbers`, judgeNumbers(name, await other.ask({ preset })));
      }
      if (group === 'aihwkit') {
        add(group, 'pairs that are refreshed', judgePairs(await other.ask({ pairs: pairStates })));
      }
      const pulsed = pulseSubjects.filter((subject) => subject.group === group);
      for (const subject of pulsed) add(group, subject.name, await judgePulses(subject, other));
      const subjects = subjectsOf(group);
      if (pulsed.length === 0 && subjects.length === 0)
        add(group, '', { error: 'nothing to try: scripts/oracle/subjects.ts wants a trial' });
      for (const subject of subjects) add(group, subject.name, await other.ask(await writeCase(subject)));
    }
  } finally {
    other.end();
  }
  return rows;
}

function holds(verdict: Verdict): boolean {
  if ('error' in verdict) return false;
  if ('numbers' in verdict) return true;
  if ('errors' in verdict) return verdict.errors <= ERRORS;
  return verdict.difference <= TOLERANCE && verdict.unlike === 0;
}

/** Points that are beyond are asked once more, with new pulses on both sides. */
async function judgePulses(subject: PulseSubject, other: Other): Promise<Verdict> {
  const first = await other.ask(await writePulses(subject, 1));
  if (!('errors' in first) || holds(first)) return first;
  const isBeyond: Parameters<typeof writePulses>[2] = ({ share, way }) =>
    first.beyond.some((point) => point.share === share && point.way === way);
  return other.ask(await writePulses(subject, 2, isBeyond));
}

interface Other {
  ask(asked: Case | PulseCase): Promise<Verdict>;
  ask(asked: { readonly preset: string }): Promise<Json>;
  ask(asked: { readonly pairs: readonly number[] }): Promise<boolean[][]>;
  end(): void;
}

/** Runs main.py, which answers each line by one. */
function start(python: string): Other {
  const { stdin, stdout } = spawn(python, ['-B', join(folder, 'main.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
  stdin.on('error', () => {}); // it has ended: there is no answer either
  const answers = createInterface({ input: stdout })[Symbol.asyncIterator]();
  return {
    async ask(asked: object) {
      stdin.write(`${JSON.stringify(asked)}\n`);
      const { value, done } = await answers.next();
      if (done) throw new PythonError('scripts/oracle/main.py ended without an answer, see above');
      return JSON.parse(value);
    },
    end: () => stdin.end(),
  };
}

function describe(row: Row): string {
  const { group, name, passed } = row;
  const head = `${passed ? 'ok  ' : 'FAIL'}  ${group.padEnd(19)}${name.padEnd(56)}`;
  if ('error' in row) return `${head}${row.error}`;
  if ('numbers' in row) return `${head}${row.numbers} numbers, all alike`;
  if ('errors' in row) return `${head}${row.errors.toFixed(1)} standard errors of ${row.of}, ${row.where}`;
  const { difference, where, fired, unlike } = row;
  const spikes = fired > 0 ? `  ${fired} spikes, ${unlike} unlike` : '';
  return `${head}${difference.toExponential(1)}  ${where}${spikes}`;
}
