// `onward check`: whether a rule holds what every rule owes. Exit code 1 if it does not.

import { CheckError, checkRule, type CheckReport, type CheckResult } from '../../src/check/index.ts';
import { chooseNetwork, networkOptions } from '../choose-network.ts';
import { chooseRule, ruleOption, ruleOptions } from '../choose-rule.ts';
import { defineCommand, jsonOption, printJson } from '../command.ts';
import { Progress } from '../progress.ts';
import { table } from '../table.ts';

export const check = defineCommand({
  name: 'check',
  options: {
    rule: ruleOption,
    ...ruleOptions,
    ...networkOptions,
    ...jsonOption,
  },
  async run(values) {
    const { network } = values;
    const rule = await chooseRule(values.rule ?? 'tpsgd', values);
    const networks = network === undefined ? undefined : { [network]: await chooseNetwork(network, values) };
    const progress = new Progress();
    const onCheck = ({ network: on, check: name }: CheckResult, share: number): void =>
      progress.show(share, `${on}: ${name}`);
    const report = await checkRule(rule, { networks, onCheck }).catch((error: unknown) => {
      if (error instanceof CheckError) return error.report;
      throw error;
    });
    progress.clear();
    const holds = report.results.every(({ wrong }) => wrong.length === 0);
    if (!holds) process.exitCode = 1;
    if (values.json) return printJson({ ...report, holds });
    console.log(describe(report));
  },
});

function describe({ rule, results, refused }: CheckReport): string {
  const names = [...new Set(results.map(({ network }) => network))];
  const rows = names.map((name) => {
    const here = results.filter(({ network }) => network === name);
    return [name, `${here.filter(({ wrong }) => wrong.length === 0).length} of ${here.length}`];
  });
  return [
    table([rule, 'holds'], rows),
    ...Object.entries(refused).map(([name, reason]) => `${name} is refused: ${reason}`),
    ...results.flatMap(({ network, check: name, wrong }) => wrong.map((what) => `${network}: not '${name}': ${what}`)),
  ].join('\n');
}
