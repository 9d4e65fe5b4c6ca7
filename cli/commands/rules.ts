// `onward rules`: every learning rule with its paper and its locality, computed from what it records for a network.

import { analyse, type Locality, type Proof, recordLearner } from '../../src/author.ts';
import { trainingPhases } from '../../src/compile/record.ts';
import type { NetworkSpec, Rule } from '../../src/index.ts';
import { chooseNetwork, networkOptions } from '../choose-network.ts';
import { chooseRule, chooseRules } from '../choose-rule.ts';
import { defineCommand, jsonOption, printJson } from '../command.ts';
import { percent, table } from '../table.ts';

interface RuleRow extends Omit<Proof, 'locality'> {
  readonly name: string;
  readonly title: string;
  readonly paper: string;
  readonly claim: Locality;
  readonly proof: Locality;
}

const SAMPLE = '16-16-16-16-4';

export const rules = defineCommand({
  name: 'rules',
  options: {
    rule: { type: 'string', multiple: true, value: '<file>', about: 'adds a rule of your own: --rule ./my-rule.ts' },
    ...networkOptions,
    ...jsonOption,
  },
  async run(values) {
    const network = await chooseNetwork(values.network ?? SAMPLE, values);
    const own = await Promise.all((values.rule ?? []).map((name) => chooseRule(name)));
    const rows = [...(await chooseRules(undefined, { network })), ...own].map((rule) => ruleRow(rule, network));
    if (values.json) return printJson(rows);
    console.log(describe(rows, values.network ?? SAMPLE));
  },
});

function ruleRow(rule: Rule, network: NetworkSpec): RuleRow {
  const { program, course } = recordLearner({ network, rule });
  const { locality: proof, ...units } = analyse(program, trainingPhases(course));
  const { name, title, paper, locality: claim } = rule;
  return { name, title, paper, claim, proof, ...units };
}

function describe(rows: readonly RuleRow[], network: string): string {
  const says = (locked: boolean): string => (locked ? 'yes' : 'no');
  return [
    table(
      ['rule', 'backward locked', 'update locked', 'weight transport', 'delayed', 'units', 'largest'],
      rows.map(({ name, proof, units, largestShare }) => [
        name,
        says(proof.backwardLocked),
        says(proof.updateLocked),
        says(proof.weightTransport),
        says(proof.delayed),
        String(units),
        percent(largestShare),
      ]),
    ),
    '',
    ...rows.map(({ name, paper }) => `${name}: ${paper}`),
    '',
    `Computed from the programs they record for ${network}. Locked: an update waits for the layers behind it,`,
    'backward for what they hand back. Weight transport: it reads their weights. Delayed: it reads what they left',
    'in an earlier step. Units: what learns on its own, and the share of the trained values in the largest.',
  ].join('\n');
}
