// Other people judge than were learned from: the test set made of whole groups.

import { streamKey, wordReader } from '../../runtime/simd/parts/philox.ts';
import {
  type Dataset,
  emptyLike,
  hasLabels,
  type Inputs,
  type LabelledSet,
  type Labels,
  subset,
  type TrainTest,
  type ValueSet,
} from './dataset.ts';
import { expectDataset, expectList } from './expect.ts';
import { DataError, listed } from './errors.ts';
import { permutation } from './order.ts';

/**
 * The samples of the groups that are named become the test set, all others are learned from, whichever part they were
 * in. The order within a part stays, samples of the training set first.
 *
 * @throws DataError where the set does not tell groups, one of that name is not in it, or none is left to learn from
 */
export function holdOut<Set extends Dataset>(parts: TrainTest<Set>, groupNames: readonly string[]): TrainTest<Set> {
  for (const part of ['train', 'test'] as const) expectDataset(`holdOut: ${part}`, Object(parts)[part]);
  expectList('holdOut: groupNames', groupNames);
  const { name } = parts.train;
  const known = expectGroups(parts.train);
  const held = groupNames.map((group) => known.indexOf(group));
  if (held.includes(-1)) {
    throw new DataError(`${name} has no group ${listed(groupNames)}; wanted some of ${listed(known)}`);
  }
  const whole = joined(parts);
  const rows = Array.from({ length: whole.count }, (_, row) => row);
  const isHeld = (row: number): boolean => held.includes(whole.groups![row]);
  const [train, test] = [rows.filter((row) => !isHeld(row)), rows.filter(isHeld)];
  if (train.length > 0 && test.length > 0) return { train: subset(whole, train), test: subset(whole, test) };
  throw new DataError(
    `${name}: without ${listed(groupNames) || 'nobody'} it has ${train.length} samples; wanted both parts`,
  );
}

/**
 * Puts whole groups aside, drawn on the stream 'split' of the seed, until they have the fraction of the samples or one
 * group is left: who judges is nobody who was learned from.
 *
 * @throws DataError for a set of fewer than two groups
 */
export function splitGroups<Set extends Dataset>(
  dataset: Set,
  fraction: number,
  seed: number,
): { train: Set; validation: Set } {
  const { groups = [], name, count } = dataset;
  const sizes = new Map<number, number>();
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  if (sizes.size < 2) throw new DataError(`${name} has samples of ${sizes.size} groups; wanted two, to part them`);
  const present = [...sizes.keys()].sort((a, b) => a - b);
  const order = permutation(present.length, wordReader(seed, streamKey('split'), 0));
  const aside = new Set<number>();
  let held = 0;
  for (const group of Array.from(order.subarray(1), (at) => present[at])) {
    if (held >= count * fraction) break;
    aside.add(group);
    held += sizes.get(group)!;
  }
  const rows = Array.from({ length: count }, (_, row) => row);
  const isAside = (row: number): boolean => aside.has(groups[row]);
  return {
    train: subset(
      dataset,
      rows.filter((row) => !isAside(row)),
    ),
    validation: subset(dataset, rows.filter(isAside)),
  };
}

/** The names of its groups. @throws DataError for a set that has none */
export function expectGroups({ name, groupNames }: Dataset): readonly string[] {
  if (groupNames) return groupNames;
  throw new DataError(`${name} does not tell whose its samples are; wanted a set with groups, such as fsdd`);
}

/** Both parts as one. */
function joined<Set extends Dataset>({ train, test }: TrainTest<Set>): Set {
  const answers = hasLabels(train)
    ? { labels: concatenated(train.labels, (test as LabelledSet).labels) }
    : { targets: concatenated(train.targets, (test as ValueSet).targets) };
  return {
    ...train,
    ...answers,
    inputs: concatenated(train.inputs, test.inputs),
    groups: concatenated(train.groups!, test.groups!),
    count: train.count + test.count,
  };
}

function concatenated<Values extends Inputs | Labels>(first: Values, second: Values): Values {
  const out = emptyLike(first, first.length + second.length);
  out.set(first);
  out.set(second, first.length);
  return out;
}
