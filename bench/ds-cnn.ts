// `npx tsx bench/ds-cnn.ts [--json] [--seed 1]`: the keyword network of MLPerf Tiny, learning one clip at a time. For
// each rule of the index what it plans and the accuracy it reaches with exactly that; a rule that does not learn here
// says so. Exits with 1 where tpSGD or DRTP plans more than 0.6 of the control. The clips come from $ONWARD_DATA.

import { spawnSync, type StdioOptions } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { rules, type RuleName } from '../src/forward-only/index.ts';
import { learnsBeside } from '../src/learner/evaluate.ts';

const BLOCK = 'd3same-c64k1';
const NETWORK = ['49x10x1', 'c64k10x4s2x2same', BLOCK, BLOCK, BLOCK, BLOCK, 'gap', '12'].join('-');
const LIMIT = 0.6;
const LIMITED: readonly string[] = ['tpsgd', 'drtp'];

type Recipe = Readonly<Record<string, string | number>>;

/**
 * Plain SGD for all, so that plans compare; chosen on a fifth of the clips to learn from, which the test set is not.
 */
const common: Recipe = { activation: 'relu', optimizer: 'sgd', lr: 0.01, schedule: 'linear', epochs: 40 };
const recipes: Partial<Record<RuleName, Recipe>> = {};

/** What `onward memory --json` tells of a rule that can train the network. */
interface Told {
  readonly commonest: number;
  readonly rows: readonly [{ readonly rule: string; readonly plannedBytes: number; readonly accuracy: number }];
}

interface Row {
  readonly rule: string;
  readonly plannedBytes: number;
  /** Of the control's planned bytes. */
  readonly share: number;
  readonly accuracy: number;
  readonly learns: boolean;
}

const { values } = parseArgs({ options: { json: { type: 'boolean' }, seed: { type: 'string', default: '1' } } });
const root = join(import.meta.dirname, '..');
const told: Told[] = [];
const refused: string[] = [];
for (const rule of Object.keys(rules) as RuleName[]) measure(rule);
const [
  {
    rows: [control],
    commonest,
  },
] = told;
const rows = told.map(({ rows: [{ rule, plannedBytes, accuracy }] }): Row => {
  const learns = learnsBeside(accuracy, control.accuracy, commonest);
  return { rule, plannedBytes, share: plannedBytes / control.plannedBytes, accuracy, learns };
});
if (values.json) console.log(JSON.stringify({ network: NETWORK, limit: LIMIT, commonest, rows, refused }));
else
  console.log(
    [
      `${NETWORK}, batch 1, SGD`,
      ...rows.map(describe),
      ...refused.map((rule) => `${rule.padEnd(14)}cannot train it`),
    ].join('\n'),
  );
process.exitCode = rows.some(({ rule, share }) => LIMITED.includes(rule) && share > LIMIT) ? 1 : 0;

/** One run of the command line, which says itself what fails. A rule that this network does not suit is told apart. */
function measure(rule: RuleName): void {
  const recipe = { ...common, ...recipes[rule] };
  const asked = { network: NETWORK, data: 'kws01-mfcc', batch: 1, seed: values.seed, rule, ...recipe };
  const args = Object.entries(asked).flatMap(([name, value]) => [`--${name}`, `${value}`]);
  const command = ['--import', 'tsx', join(root, 'cli/main.ts'), 'memory', '--json', ...args];
  const stdio: StdioOptions = ['ignore', 'pipe', 'inherit'];
  const { status, stdout } = spawnSync(process.execPath, command, { cwd: root, encoding: 'utf8', stdio });
  if (status === 0) told.push(JSON.parse(stdout));
  else if (status === 2) refused.push(rule);
  else process.exit(1);
}

function describe({ rule, plannedBytes, share, accuracy, learns }: Row): string {
  const reached = learns
    ? `${(100 * accuracy).toFixed(1)} %`
    : `does not learn here (${(100 * accuracy).toFixed(1)} %)`;
  const planned = `${plannedBytes.toLocaleString('en')} B`;
  return `${rule.padEnd(14)}${planned.padStart(12)}  ${share.toFixed(3)} of the control  ${reached}`;
}
