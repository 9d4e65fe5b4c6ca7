// Data for a checkpoint: classes and values are the same where they have the same name, not the same place.

import { type Dataset, hasLabels, type LabelledSet } from '../src/data/index.ts';
import { listed } from '../src/data/errors.ts';
import type { Task } from './choose-data.ts';
import { UsageError } from './command.ts';

/**
 * The data with its labels as indices of these names.
 * @param names of the classes or outputs that a checkpoint knows; none for a task without
 * @throws UsageError for classes that are not among them, or values that are other ones.
 */
export function matchData(data: Task<Dataset>, names: readonly string[]): Task<Dataset> {
  const { name, train, held } = data;
  if (names.length === 0) return data;
  const match = (set: Dataset): Dataset =>
    hasLabels(set) ? relabelled(name, set, names) : expectSame(name, set, names);
  return { ...data, train: match(train), held: match(held) };
}

function relabelled(name: string, set: LabelledSet, names: readonly string[]): LabelledSet {
  const unknown = set.classNames.find((className) => !names.includes(className));
  if (unknown !== undefined) throw misfit(`${name} has the class '${unknown}'`, names);
  const places = set.classNames.map((className) => names.indexOf(className));
  return { ...set, classNames: [...names], labels: Int32Array.from(set.labels, (label) => places[label]) };
}

function expectSame<Set extends Exclude<Dataset, LabelledSet>>(name: string, set: Set, names: readonly string[]): Set {
  if (set.targetNames.join('\n') === names.join('\n')) return set;
  throw misfit(`${name} has the values ${listed(set.targetNames)}`, names);
}

const misfit = (came: string, names: readonly string[]): UsageError =>
  new UsageError(`${came}, but the checkpoint knows ${listed(names)}`);
