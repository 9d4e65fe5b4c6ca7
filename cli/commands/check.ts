// `onward check`: whether rules, or every rule of the index, hold what every rule owes: each check by name, passed or
// failed with its reason. Exit code 1 if one does not hold.

import { bars } from '../../src/check/bars.ts';
import { CheckError, type CheckOptions, checkRule, type CheckReport, type CheckResult } from '../../src/check/index.ts';
import type { Rule } from '../../src/index.ts';
import { chooseNetwork, networkOptions } from '../choose-network.ts';
import { checkProduct } from '../check-product.ts';
import { failures, holding, passes } from '../check-report.ts';
import { chooseRule, ruleNames, ruleOptions, type RuleValues } from '../choose-rule.ts';
import { chooseActivations, chooseStorage, storageOptions, type StorageValues } from '../choose-storage.ts';
import { defineCommand, jsonOption, printJson, UsageError } from '../command.ts';
import { tellClock } from '../profiles/tell-clock.ts';
import { Progress } from '../progress.ts';
import { table } from '../table.ts';

export const check = defineCommand({
  name: 'check',
  positionals: '<rule, file or all>...',
  options: {
    ...ruleOptions,
    ...networkOptions,
    ...storageOptions,
    storage: { ...storageOptions.storage, about: `${storageOptions.storage.about}; all: one after the other` },
    ...jsonOption,
  },
  async run(values, asked) {
    if (asked.length === 0) {
      throw new UsageError(`check wants a rule, a file ./my-rule.ts, or all; rules are ${ruleNames.join(', ')}`);
    }
    const { network, json = false } = values;
    const networks = network === undefined ? undefined : { [network]: await chooseNetwork(network, values) };
    const isAll = asked.includes('all');
    const rules = isAll ? ruleNames : asked;
    if (values.storage === 'all') return checkAll(values, rules, networks);
    const [storage, activations] = [chooseStorage(values), chooseActivations(values)];
    tellClock(storage.profile, values['storage-set']);
    const reports: CheckReport[] = [];
    for (const name of rules) {
      const report = await reportOf(await chooseRule(name, values), { networks, storage, activations });
      reports.push(report);
      if (!json) console.log(rules.length > 1 ? describeShort(report, network !== undefined) : describe(report));
    }
    // some rules refuse a storage or a network, with their reason
    const mayRefuse = isAll && (values.storage ?? network) !== undefined;
    const holds = reports.every((report) => holdsAll(report) || (mayRefuse && report.results.length === 0));
    if (!holds) process.exitCode = 1;
    if (json) printJson({ holds, reports });
  },
});

async function checkAll(
  values: RuleValues & StorageValues & { readonly json?: boolean },
  rules: readonly string[],
  networks: CheckOptions['networks'],
): Promise<void> {
  for (const option of ['storage-set', 'activations'] as const) {
    if (values[option] !== undefined) throw new UsageError(`--storage all sets ${option}, wanted no --${option}`);
  }
  const { json = false } = values;
  const reports = await checkProduct({
    rules,
    networks,
    choose: (name, optimizer) => chooseRule(name, values, optimizer),
    check: reportOf,
    tell: (line) => (json ? console.error(line) : console.log(line)),
  });
  const holds = reports.every((report) => report.holds);
  if (!holds) process.exitCode = 1;
  if (json) printJson({ holds, reports });
}

async function reportOf(rule: Rule, on: CheckOptions): Promise<CheckReport> {
  const progress = new Progress();
  const onCheck = ({ network, check: name }: CheckResult, share: number): void =>
    progress.show(share, `${rule.name}, ${network}: ${name}`);
  try {
    return await checkRule(rule, { bar: bars[rule.name], ...on, onCheck });
  } catch (error) {
    if (error instanceof CheckError) return error.report;
    throw error;
  } finally {
    progress.clear();
  }
}

/** A rule that can train nothing holds nothing. */
const holdsAll = ({ results }: CheckReport): boolean => results.length > 0 && results.every(passes);

/** `drtp holds 57 of 57 checks` */
const headline = (report: CheckReport): string => `${report.rule} ${holding(report)}`;

const refusals = ({ refused }: CheckReport): string[] =>
  Object.entries(refused).map(([network, reason]) => `refuses ${network}: ${reason}`);

/** What does not hold; and where nothing could be checked, or the network was asked for, what is refused. */
const describeShort = (report: CheckReport, isAsked = false): string =>
  [headline(report), ...failures(report), ...(isAsked || report.results.length === 0 ? refusals(report) : [])].join(
    '\n  ',
  );

/** Every check, and on how many of the networks it passed. */
function describe(report: CheckReport): string {
  const { results } = report;
  if (results.length === 0) return describeShort(report);
  const names = [...new Set(results.map(({ check: name }) => name))];
  const rows = names.map((name) => {
    const here = results.filter(({ check: other }) => other === name);
    const [{ network }] = here;
    const on = here.length === 1 ? network : `${here.filter(passes).length} of ${here.length}`;
    return [name, here.every(passes) ? 'passed' : 'failed', on];
  });
  return [
    headline(report),
    `on ${[...new Set(results.map(({ network }) => network))].join(', ')}`,
    '',
    table(['check', '', 'networks'], rows),
    ...failures(report),
    ...refusals(report),
  ].join('\n');
}
