// A learner as text: its layers with shapes and parameters, its rule, its memory.

import { formatBytes } from '../bytes.ts';
import type { CompiledLearner, RuleInfo } from './compiled.ts';

export const updatesOf = ({ optimizers }: RuleInfo): string =>
  [...new Set(Object.values(optimizers).map(({ update }) => update))].join(' and ') || 'no optimizer';

type Summarized = Pick<CompiledLearner, 'network' | 'rule' | 'memory' | 'batchSize' | 'microBatch' | 'features'>;

export function summarize({ network, rule, memory, batchSize, microBatch, features }: Summarized): string {
  const shape = (axes: readonly number[]): string => axes.join(' x ');
  const rows = [
    ['layer', 'output', 'parameters'],
    ['input', shape(network.inputShape), ''],
    ...network.layers.map(({ name, outputShape, parameters }) => [
      name,
      shape(outputShape),
      parameters === 0 ? '' : String(parameters),
    ]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map(([layer, output, parameters]) =>
    [layer.padEnd(widths[0]), output.padEnd(widths[1]), parameters.padStart(widths[2])].join('  '),
  );
  lines.splice(1, 0, '-'.repeat(widths[0] + widths[1] + widths[2] + 4));
  const batches = `batches of ${batchSize}${microBatch < batchSize ? `, ${microBatch} at a time` : ''}`;
  return [
    ...lines,
    '',
    `${network.parameterCount} parameters, ${rule.name} with ${updatesOf(rule)}, ${batches}, ${features}`,
    `memory ${formatBytes(memory.plannedBytes)} in ${memory.pages} pages; code ${formatBytes(memory.moduleBytes)}`,
  ].join('\n');
}
