// `onward memory`: what each rule's training takes, planned and then touched.

import { recordLearner } from '../../src/author.ts';
import { formatBytes, type LearnerOptions, sgd } from '../../src/index.ts';
import { chooseNetwork, networkOptions } from '../choose-network.ts';
import { chooseRule, ruleNames, ruleOptions } from '../choose-rule.ts';
import { chooseRun, runOptions } from '../choose-run.ts';
import { defineCommand, jsonOption, printJson } from '../command.ts';
import { measureMemory, memoryTable, type MemoryRow, roleTable } from '../measure-memory.ts';
import { thousands } from '../table.ts';
import { describePeak, drawTimeline, peakOf, timelines } from '../timeline.ts';

export const memory = defineCommand({
  name: 'memory',
  about: 'plans the memory of every rule for a network and a batch, and touches it',
  options: {
    ...networkOptions,
    rule: {
      type: 'string',
      multiple: true,
      value: '<name>',
      about: 'only this one (may be repeated); or ./my-rule.ts',
    },
    ...ruleOptions,
    optimizer: { ...ruleOptions.optimizer, about: `${ruleOptions.optimizer.about}; default sgd, the same for all` },
    ...runOptions,
    timeline: { type: 'boolean', about: 'draws the live bytes over the calls of a training step' },
    ...jsonOption,
  },
  async run(values) {
    const word = values.network ?? '784-256-10';
    const network = await chooseNetwork(word, values);
    const chosen = values.rule ?? ruleNames;
    const learners: LearnerOptions[] = [];
    for (const name of chosen) {
      const rule = await chooseRule(name, values, sgd());
      learners.push({ network, rule, ...chooseRun(values) });
    }
    const rows: MemoryRow[] = [];
    for (const options of learners) rows.push(await measureMemory(options));
    const { batchSize: batch, storage } = chooseRun(values);
    if (values.json) return printJson({ network: word, batch, storage: storage.name, rows });
    console.log(describeMemory(`${word}, weights as ${storage.name}`, batch, rows));
    if (values.timeline) console.log(`\n${describeTimelines(learners)}`);
  },
});

/** The tables with a line above that says of what. */
export function describeMemory(network: string, batch: number, rows: readonly MemoryRow[]): string {
  const [{ parameterBytes }] = rows;
  return [
    `${network}: ${thousands(parameterBytes / 4)} parameters (${formatBytes(parameterBytes)} as float), batch ${batch}`,
    '',
    memoryTable(rows),
    '',
    'At the fullest moment, and the code beside it:',
    roleTable(rows),
    '',
    'at least: what is alive at the fullest moment, which no plan can undercut.',
    'params: the planned bytes as a multiple of the bytes of the parameters.',
  ].join('\n');
}

function describeTimelines(learners: readonly LearnerOptions[]): string {
  const drawn = learners.map((options) => ({ rule: options.rule.name, phases: timelines(recordLearner(options)) }));
  const top = Math.max(...drawn.flatMap(({ phases }) => phases.map(peakOf)));
  const width = Math.min(100, process.stdout.columns ?? 80);
  const blocks = drawn.flatMap(({ rule, phases }) =>
    phases.map((phase) =>
      [`${rule}, ${phase.phase}: ${describePeak(phase)}`, ...drawTimeline(phase, { width, height: 6, top })].join('\n'),
    ),
  );
  return ['Transient bytes alive over the calls of a step; parameters and state stand below them.', ...blocks].join(
    '\n\n',
  );
}
