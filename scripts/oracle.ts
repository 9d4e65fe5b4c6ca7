// `npm run oracle`: one step of every learning rule, on all weights, against a statement of its paper by automatic
// differentiation, and spiking neurons against snnTorch (bench/oracle). Exit code 1 if a case fails.
//
//   --only <rule>   that rule alone, or `lif`
//   --json          the rows as data

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { writeCase, type Case } from '../bench/oracle/case.ts';
import { groups, subjectsOf } from '../bench/oracle/subjects.ts';
import { ensurePython, PythonError } from '../bench/python.ts';

/** Of the largest change of a weight. */
const TOLERANCE = 1e-5;

const folder = join(import.meta.dirname, '../bench/oracle');

/** Torch for Linux comes with its CUDA libraries, unless pip is told of an index with builds for the CPU. */
const environment = {
  name: 'oracle',
  requirements: join(folder, 'requirements.txt'),
  about: 'torch and snnTorch for the oracle (up to 3 GB)',
};

class OracleError extends Error {
  override name = 'OracleError';
}

/** What the other side says of a case. */
type Verdict =
  | { readonly error: string }
  | {
      /** The largest difference of a change, relative to the largest change of its weight; and which weight. */
      readonly difference: number;
      readonly where: string;
      /** Neurons that fired, and how many of them did on one side alone. */
      readonly fired: number;
      readonly unlike: number;
    };

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
  if (only === undefined) return groups;
  if (groups.includes(only)) return [only];
  throw new OracleError(`--only is '${only}', wanted ${groups.join(', ')}`);
}

/** Takes each step here and there. A rule that nobody has stated is a row that failed. */
async function judge(which: readonly string[], tell: (row: Row) => void): Promise<Row[]> {
  const rows: Row[] = [];
  const add = (group: string, name: string, verdict: Verdict): void => {
    const passed = !('error' in verdict) && verdict.difference <= TOLERANCE && verdict.unlike === 0;
    const row = { group, name, passed, ...verdict };
    tell(row);
    rows.push(row);
  };
  const other = start(ensurePython(environment));
  try {
    for (const group of which) {
      const subjects = subjectsOf(group);
      if (subjects.length === 0) add(group, '', { error: 'nothing to try: bench/oracle/subjects.ts wants a trial' });
      for (const subject of subjects) add(group, subject.name, await other.ask(await writeCase(subject)));
    }
  } finally {
    other.end();
  }
  return rows;
}

interface Other {
  ask(asked: Case): Promise<Verdict>;
  end(): void;
}

/** Runs main.py, which answers each line by one. */
function start(python: string): Other {
  const { stdin, stdout } = spawn(python, ['-B', join(folder, 'main.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
  stdin.on('error', () => {}); // it has ended: there is no answer either
  const answers = createInterface({ input: stdout })[Symbol.asyncIterator]();
  return {
    async ask(asked) {
      stdin.write(`${JSON.stringify(asked)}\n`);
      const { value, done } = await answers.next();
      if (done) throw new PythonError('bench/oracle/main.py ended without an answer, see above');
      return JSON.parse(value);
    },
    end: () => stdin.end(),
  };
}

function describe(row: Row): string {
  const { group, name, passed } = row;
  const head = `${passed ? 'ok  ' : 'FAIL'}  ${group.padEnd(19)}${name.padEnd(56)}`;
  if ('error' in row) return `${head}${row.error}`;
  const { difference, where, fired, unlike } = row;
  const spikes = fired > 0 ? `  ${fired} spikes, ${unlike} unlike` : '';
  return `${head}${difference.toExponential(1)}  ${where}${spikes}`;
}
