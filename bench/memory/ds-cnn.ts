// `npx tsx bench/memory/ds-cnn.ts [--json]`: the keyword network of MLPerf Tiny, learning one clip at a time. For each
// rule of the index what it plans and the accuracy it reaches with exactly that; a rule that does not learn here says
// so. Exits with 1 where tpSGD or DRTP plans more than 0.6 of the control. The clips come from $ONWARD_DATA. Minutes
// for each.

import { rules } from '../../src/forward-only/index.ts';
import { learnsBeside } from '../../src/tasks/host/classification.ts';
import { askOnward, toArguments, type Told } from '../shared/ask-onward.ts';

const BLOCK = 'd3same-c64k1';
export const DS_CNN = ['49x10x1', 'c64k10x4s2x2same', BLOCK, BLOCK, BLOCK, BLOCK, 'gap', '12'].join('-');
const LIMIT = 0.6;
const LIMITED = ['tpsgd', 'drtp'];

/** Plain SGD for all, so that plans compare. Chosen on a fifth of the clips to learn from; the test set only judges. */
const common: Told = { activation: 'relu', optimizer: 'sgd', lr: 0.02, schedule: 'linear', epochs: 40, seed: 1 };

/**
 * DRTP stayed at guessing with every setting tried; tpSGD learns a little by the mean of each channel (`cells=1`), as
 * the pool before the output reads no more, and by finer cells no more than DRTP.
 */
const recipes: Readonly<Record<string, Told>> = {
  tpsgd: { lr: 0.01, set: 'cells=1', epochs: 20 },
  drtp: { activation: 'tanh', lr: 0.001, epochs: 10 },
  monoForward: { lr: 0.05, set: 'projection=pooled' },
  zerothOrder: { lr: 0.0001, set: 'normalize=false', epochs: 10 },
};

/** What `onward memory --json` tells of one rule. */
interface Measured {
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

/** The arguments of `onward` that measure a rule. */
export const memoryArguments = (rule: string): string[] => {
  const asked = { network: DS_CNN, batch: 1, data: 'kws01-mfcc', rule, ...common, ...recipes[rule] };
  return ['memory', ...toArguments(asked)];
};

const measure = (rule: string): Measured => askOnward(memoryArguments(rule));

function describe({ rule, plannedBytes, share, accuracy, learns }: Row): string {
  const reached = `${(100 * accuracy).toFixed(1)} %`;
  const planned = `${plannedBytes.toLocaleString('en')} B`.padStart(12);
  return `${rule.padEnd(12)}${planned}  ${share.toFixed(3)}  ${learns ? reached : `does not learn here (${reached})`}`;
}

function main(isJson: boolean): void {
  const told = Object.keys(rules).map(measure);
  const [
    {
      commonest,
      rows: [control],
    },
  ] = told;
  const rows = told.map(({ rows: [{ rule, plannedBytes, accuracy }] }): Row => {
    const learns = learnsBeside(accuracy, control.accuracy, commonest);
    return { rule, plannedBytes, share: plannedBytes / control.plannedBytes, accuracy, learns };
  });
  if (isJson) console.log(JSON.stringify({ network: DS_CNN, limit: LIMIT, commonest, rows }));
  else console.log([`${DS_CNN}, batch 1, SGD; planned, of the control's, accuracy`, ...rows.map(describe)].join('\n'));
  if (rows.some(({ rule, share }) => LIMITED.includes(rule) && share > LIMIT)) process.exitCode = 1;
}

if (import.meta.filename === process.argv[1]) main(process.argv.includes('--json'));
