// `onward check --storage all`: rules in every storage, on every network. A line for each rule in each storage as it is
// done; at the end what was refused, by name, with the reason and how often.

import { storages } from '../src/quantization/index.ts';
import type { Bar, CheckOptions, CheckReport } from '../src/check/index.ts';
import { type NetworkSpec, type Optimizer, type Rule, sgd } from '../src/index.ts';
import { failures, holding, passes } from './check-report.ts';
import { chooseActivations, chooseStorage, type StorageValues } from './choose-storage.ts';
import { counted } from './table.ts';

/** How weights and activations are kept. */
interface Kept extends StorageValues {
  /** What a rule must reach there, where that is not each rule's own. */
  readonly bar?: Bar;
  /** What it can be taught by, where that is not each rule's own. */
  readonly optimizer?: Optimizer;
}

const NONE: Bar = { accuracy: 0, loss: Infinity };

/** Signs and devices lose accuracy, how much docs/quantization.md and docs/device-rules.md tell: five times chance. */
const bar: Bar = { accuracy: 0.5, loss: 0.8 };

const everyStorage: readonly Kept[] = [
  ...Object.keys(storages).map((storage) => ({ storage, ...(storage === 'binary' && { bar }) })),
  { storage: 'int8', 'storage-set': ['perChannel=false'] },
  { storage: 'int8', activations: 'int8' },
  { storage: 'int8', activations: 'int8:deltas' },
  { storage: 'gokmen-vlasov', bar },
  { storage: 'pcm', bar },
  { storage: 'tikiTaka:ecram', bar },
  { storage: 'tikiTaka:ecram', 'storage-set': ['buffered=true'], bar },
  { storage: 'gokmen-vlasov', 'storage-set': ['pulses=pulseTrains'], optimizer: sgd(), bar },
];

const tikiTaka = ['tikiTaka:ecram', 'tikiTaka:ecram, buffered=true'];

/** Where rules learn too little to be judged by it; how much, docs/quantization.md tells. */
const weak: Readonly<Record<string, readonly string[]>> = {
  forwardForward: ['int4', ...tikiTaka],
  pepita: ['int4'],
  channelGoodness: ['int4'],
  contrastiveForward: ['int8', 'int4', 'pcm'],
  zerothOrder: [
    'int8',
    'int4',
    'int8, perChannel=false',
    'int8, activations int8',
    'int8, activations int8:deltas',
    'pcm',
    ...tikiTaka,
  ],
};

/** What rules and storages are said to refuse: docs/rules.md, docs/quantization.md, docs/devices.md. */
const documented: readonly RegExp[] = [
  / rounds: wanted a storage that does not/,
  / wants a network without time, /,
  / has a loss at every time step, but time ends in /,
  /^stdp knows no competition in /,
  /^activations of int8 are of networks without time, /,
  /^pulseTrains: /,
];

/** `int8, activations int8` */
const describeKept = ({ storage = '', 'storage-set': set = [], activations }: Kept): string =>
  [storage, ...set, ...(activations === undefined ? [] : [`activations ${activations}`])].join(', ');

export interface Product {
  readonly rules: readonly string[];
  readonly networks: Readonly<Record<string, NetworkSpec>> | undefined;
  /** A rule by its name; with an optimiser, if it takes one. */
  choose(name: string, optimizer?: Optimizer): Promise<Rule>;
  /** By the rule's own bar, unless it is given one. */
  check(rule: Rule, on: CheckOptions): Promise<CheckReport>;
  /** Takes what there is to tell. */
  tell(line: string): void;
}

export interface ProductReport extends CheckReport {
  readonly storage: string;
  /** Known to learn little there. */
  readonly isWeak: boolean;
  readonly holds: boolean;
}

export async function checkProduct({ rules, networks, choose, check, tell }: Product): Promise<ProductReport[]> {
  const reports: ProductReport[] = [];
  for (const name of rules) {
    for (const { optimizer, bar: given, ...values } of everyStorage) {
      const described = describeKept(values);
      const isWeak = weak[name]?.includes(described) ?? false;
      const asked = isWeak ? NONE : given;
      const rule = await choose(name, optimizer);
      const [storage, activations] = [chooseStorage(values), chooseActivations(values)];
      const report = await check(rule, { networks, storage, activations, ...(asked && { bar: asked }) });
      const whole = { ...report, storage: described, isWeak, holds: holds(report) };
      reports.push(whole);
      tell(describe(whole));
    }
  }
  tell(describeRefusals(reports));
  return reports;
}

const isDocumented = (reason: string): boolean => documented.some((known) => known.test(reason));

/** What can train nothing holds if that is said. */
const holds = ({ results, refused }: CheckReport): boolean =>
  results.length > 0 ? results.every(passes) : Object.values(refused).every(isDocumented);

function describe(report: ProductReport): string {
  const { rule, storage, isWeak, results, refused } = report;
  const of = `${rule}, ${storage}`;
  const refusals = Object.values(refused);
  if (results.length === 0) {
    const [undocumented] = refusals.filter((reason) => !isDocumented(reason));
    const why = undocumented === undefined ? 'as is documented' : `which is not documented: ${undocumented}`;
    return `${of}: refused on all of ${counted(refusals.length, 'network')}, ${why}`;
  }
  const some = refusals.length === 0 ? '' : `, refuses ${counted(refusals.length, 'network')}`;
  const little = isWeak ? ', and is known to learn little' : '';
  return [`${of}: ${holding(report)}${little}${some}`, ...failures(report)].join('\n  ');
}

/** Those that differ in names and numbers are told once. */
function describeRefusals(reports: readonly ProductReport[]): string {
  const all = reports.flatMap(({ rule, storage, refused }) =>
    Object.entries(refused).map(([network, reason]) => ({ rule, storage, network, reason })),
  );
  const alike = new Map<string, typeof all>();
  for (const one of all) {
    const key = `${one.rule} ${one.reason.replace(/'[^']*'|\d+|where \w+/g, '')}`;
    alike.set(key, [...(alike.get(key) ?? []), one]);
  }
  const distinct = (values: readonly string[], between = ', '): string => [...new Set(values)].join(between);
  const lines = [...alike.values()].map((group) => {
    const [{ rule, reason }] = group;
    const [on, kept] = [distinct(group.map(({ network }) => network)), group.map(({ storage }) => storage)];
    const where = new Set(kept).size === everyStorage.length ? 'every storage' : distinct(kept, '; ');
    return `  ${rule}, ${group.length} times, on ${on} in ${where}: ${reason}`;
  });
  return [`refused: ${counted(all.length, 'network')}`, ...lines].join('\n');
}
