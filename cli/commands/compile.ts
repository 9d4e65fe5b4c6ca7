// `onward compile`: a learner made ahead of time, as one file that `onward/run` runs without rules and emitter.

import { elementsOf } from '../../runtime/program/layout.ts';
import { compileLearner, writeCompiled, formatBytes, type Judgement, type LearnerOptions } from '../../src/index.ts';
import { chooseNetwork, networkOptions } from '../choose-network.ts';
import { chooseRule, ruleOption, ruleOptions } from '../choose-rule.ts';
import { chooseRun, chooseStandardize, runOptions, standardizeOption } from '../choose-run.ts';
import { chooseTask, taskOptions } from '../choose-task.ts';
import { defineCommand, jsonOption, printJson, UsageError, type Values } from '../command.ts';
import { importDefault, isFile } from '../import-file.ts';
import { openOutput } from '../output.ts';

const { network: _, ...hidden } = networkOptions;

const options = {
  out: { type: 'string', short: 'o', value: '<file>', about: 'where to write it; default learner.onward' },
  ...hidden,
  rule: ruleOption,
  ...ruleOptions,
  ...taskOptions,
  ...runOptions,
  ...standardizeOption,
  ...jsonOption,
} as const;

export const compile = defineCommand({
  name: 'compile',
  positionals: '<word or file>',
  options,
  async run(values, [what]) {
    if (what === undefined) throw new UsageError('compile wants a network in a word, or a file such as ./learner.ts');
    const output = await openOutput('out', values.out ?? 'learner.onward');
    const compiled = compileLearner(await optionsFrom(what, values));
    const bytes = writeCompiled(compiled);
    const file = await output.write(bytes);
    const { rule, task, memory, features } = compiled;
    const result = { file, bytes: bytes.length, rule: rule.name, task: task.kind, features };
    if (values.json)
      return printJson({ ...result, plannedBytes: memory.plannedBytes, moduleBytes: memory.moduleBytes });
    console.log(
      `${file}: ${formatBytes(bytes.length)}, ${rule.name} for ${task.kind} on ${features}; ` +
        `it will take ${formatBytes(memory.plannedBytes)}`,
    );
  },
});

/** A file may export the options of createLearner; what it does not say, and what a word leaves open, options say. */
async function optionsFrom(what: string, values: Values<typeof options>): Promise<LearnerOptions<Judgement>> {
  const exported = isFile(what) ? await importDefault(what, 'a network, or options of createLearner') : null;
  const isWhole = typeof exported === 'object' && exported !== null && 'network' in exported;
  const given = isWhole ? (exported as LearnerOptions<Judgement>) : { network: await chooseNetwork(what, values) };
  return {
    rule: await chooseRule(values.rule ?? 'tpsgd', values),
    ...('task' in given || 'classes' in given
      ? {}
      : { task: chooseTask(values, elementsOf(given.network.outputShape)) }),
    ...chooseRun(values),
    standardize: chooseStandardize(values),
    ...given,
  };
}
