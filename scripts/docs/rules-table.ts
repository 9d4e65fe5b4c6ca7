// docs/rules.md, from the programs that the learning rules record; nothing in it is typed in.

import { join } from 'node:path';
import { markdownRow } from '../../bench/shared/markdown.ts';
import { recipes } from '../../bench/recipes/index.ts';
import { describePublished, MEASURED, rowsOf } from '../../bench/recipes/results.ts';
import { meanAndSpread } from '../../bench/shared/spread.ts';
import { stepFlops } from '../../bench/speed/step-flops.ts';
import { rules } from '../../src/forward-only/index.ts';
import { analyse, recordLearner } from '../../src/author.ts';
import { trainingPhases } from '../../src/compile/record.ts';
import {
  compileLearner,
  conv2d,
  dense,
  formatBytes,
  globalAveragePool,
  sequential,
  sgd,
  type NetworkSpec,
  type Rule,
} from '../../src/index.ts';
import { root } from '../../tools/bundle.ts';

export const RULES_PAGE = join(root, 'docs/rules.md');

const BATCH = 32;
const optimizer = sgd(0.1);

const mlp = sequential([784], [dense(256, { activation: 'tanh' }), dense(10)]);

const convolutions = (count: number): NetworkSpec =>
  sequential(
    [28, 28, 1],
    [
      ...Array.from({ length: count }, () => conv2d(16, 3, { activation: 'tanh', padding: 'same' })),
      globalAveragePool(),
      dense(10),
    ],
  );

/** The page's text. */
export const rulesPage = (): string => `# The learning rules

Written by \`npm run docs\` from the programs that the rules record (\`scripts/docs/rules-table.ts\`); a test compares.

## What an update waits for and reads

| rule | backward locked | update locked | weight transport | delayed | units | largest | paper |
|---|---|---|---|---|---|---|---|
${listed().map(localityRow).join('\n')}

- **Backward locked**: an update of a layer waits for something that a layer behind it hands back, a delta.
- **Update locked**: it waits for the forward pass of the layers behind it.
- **Weight transport**: it reads their weights to learn, not only to predict.
- **Delayed**: it depends on what a layer behind it left in an earlier step.
- **Units**: how many parts learn on their own, and the share of the trained values in the largest. A rule that makes
  everything one unit locks nothing, so the two are part of the claim.

\`runtime/program/analyse.ts\` computes this from the data flow of the recorded calls, and \`runtime/program/poison.ts\`
proves that the calls touch nothing else: all that they do not declare to read is overwritten with random numbers, and
the updates stay the same, bit for bit (\`test/forward-only/locality.test.ts\`).

## What it takes

Planned bytes at batch ${BATCH} with plain SGD, before a single weight exists; every one of them is touched, and none
beside (\`test/forward-only/contract.ts\`). In brackets: as a multiple of the parameters' bytes. Mflop: what a step
computes, a multiplication and an addition counting as two (\`runtime/program/flops.ts\`); \`onward bench step\` has the times.

| rule | 784-256-10 | Mflop | six convolutions | Mflop | of it activations and scratch | the same with eight |
|---|---|---|---|---|---|---|
${listed().map(bytesRow).join('\n')}

The convolutions are 3x3 with 16 filters on 28x28, then a global average pool and a dense layer. Beside activations the
plan holds the weights, optimiser state, fixed projections and the input. Memory is worth what is learned with it:
[memory](memory.md) has the bytes beside the accuracy of exactly those networks.

## What it reaches

What was measured, rule by rule, beside what is published: the rows of [results](results.md), which says of each what it is held
against. Figures of fewer images or passes than the published ones are scaled, and no comparison with them.

| rule | row | class | published | measured, % |
|---|---|---|---|---|
${listed().flatMap(reachedRows).join('\n')}
`;

/** Every rule of the index with the same optimiser. */
const listed = (): Rule[] =>
  Object.values(rules).map((rule) => (rule as (options: { optimizer: typeof optimizer }) => Rule)({ optimizer }));

function localityRow(rule: Rule): string {
  const { program, course } = recordLearner({ network: convolutions(3), rule });
  const { locality, units, largestShare } = analyse(program, trainingPhases(course));
  const { backwardLocked, updateLocked, weightTransport, delayed } = locality;
  const claims = [backwardLocked, updateLocked, weightTransport, delayed].map((claim) => (claim ? 'yes' : 'no'));
  const largest = `${(100 * largestShare).toFixed(0)} %`;
  return markdownRow([`\`${rule.name}\``, ...claims, units, largest, rule.paper]);
}

function bytesRow(rule: Rule): string {
  const networks = [mlp, convolutions(6), convolutions(8)];
  const [small, six, eight] = networks.map(
    (network) => compileLearner({ network, rule, batchSize: BATCH, features: 'none' }).memory,
  );
  const [smallWork, sixWork] = networks.map((network) =>
    (stepFlops({ network, rule, batchSize: BATCH }) / 1e6).toFixed(1),
  );
  const planned = ({ plannedBytes, parameterBytes }: typeof small): string =>
    `${formatBytes(plannedBytes)} (${(plannedBytes / parameterBytes).toFixed(2)} x)`;
  const transients = [six, eight].map(({ transientBytes }) => formatBytes(transientBytes));
  const cells = [planned(small), smallWork, planned(six), sixWork, ...transients];
  return markdownRow([`\`${rule.name}\``, ...cells]);
}

function reachedRows({ name }: Rule): string[] {
  const rows = rowsOf(recipes, MEASURED).filter(({ rule, measured }) => rule === name && measured !== null);
  return rows.map((row) => {
    const reached = meanAndSpread((row.measured?.runs ?? []).map(({ accuracy }) => accuracy / 100));
    return markdownRow([`\`${name}\``, `\`${row.row}\``, row.class, describePublished(row), reached]);
  });
}
