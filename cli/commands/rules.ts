// `onward rules`: every learning rule with its paper and its locality, computed from what it records for a network.

import { analyse, type Locality, type NetworkSpec, recordLearner, type Rule } from '../../src/index.ts';
import { chooseNetwork, networkOptions } from '../choose-network.ts';
import { chooseRule, ruleNames } from '../choose-rule.ts';
import { defineCommand, jsonOption, printJson } from '../command.ts';
import { table } from '../table.ts';

interface RuleRow extends Locality {
  readonly name: string;
  readonly paper: string;
}

const SAMPLE = '16-16-16-16-4';

export const rules = defineCommand({
  name: 'rules',
  about: 'lists the learning rules, with what their updates wait for and read',
  options: {
    rule: { type: 'string', multiple: true, value: '<file>', about: 'adds a rule of your own: --rule ./my-rule.ts' },
    ...networkOptions,
    ...jsonOption,
  },
  async run(values) {
    const network = await chooseNetwork(values.network ?? SAMPLE, values);
    const chosen = await Promise.all([...ruleNames, ...(values.rule ?? [])].map((name) => chooseRule(name)));
    const rows = chosen.map((rule) => ruleRow(rule, network));
    if (values.json) return printJson(rows);
    console.log(describe(rows, values.network ?? SAMPLE));
  },
});

function ruleRow(rule: Rule, network: NetworkSpec): RuleRow {
  const { program, stages } = recordLearner({ network, rule });
  const order = network.layers.map(({ name }) => name);
  return {
    name: rule.name,
    paper: rule.paper,
    ...analyse(
      program,
      stages.map(({ phase }) => phase),
      order,
    ),
  };
}

function describe(rows: readonly RuleRow[], network: string): string {
  const says = (locked: boolean): string => (locked ? 'yes' : 'no');
  return [
    table(
      ['rule', 'backward locked', 'update locked', 'weight transport'],
      rows.map((row) => [row.name, says(row.backwardLocked), says(row.updateLocked), says(row.weightTransport)]),
    ),
    '',
    ...rows.map(({ name, paper }) => `${name}: ${paper}`),
    '',
    `Computed from the programs they record for ${network}. Locked: an update waits for the layers behind it,`,
    'backward for what they hand back. Weight transport: it reads their weights.',
  ].join('\n');
}
