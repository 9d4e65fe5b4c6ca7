// A table as a data set: its label as classes, or its values; those of a sample itself where none are told apart.

import { createDataset, type Dataset, encodeLabels, hasLabels, numberedTargets } from './dataset.ts';
import { plainNumbers } from './formats/csv/learned.ts';
import type { CsvTable } from './formats/csv/table.ts';

/**
 * @param alike the set whose classes those of the table are to be
 * @throws DataError for a label that is no class of `alike`, and a value that is not finite
 */
export function fromTable(name: string, table: Omit<CsvTable, 'layout' | 'notes'>, alike?: Dataset): Dataset {
  const { labels, data, shape, columns, targets = data, targetNames = columns } = table;
  const samples = { name, inputs: data, inputShape: [shape[1]] };
  if (labels) {
    const classNames = alike && hasLabels(alike) ? alike.classNames : table.classNames;
    return createDataset({ ...samples, ...encodeLabels(plainNumbers(labels), classNames) });
  }
  const width = shape[0] === 0 ? 1 : targets.length / shape[0];
  const names = targetNames.length > 0 ? targetNames : numberedTargets(width);
  return createDataset({ ...samples, targets, targetNames: names });
}
