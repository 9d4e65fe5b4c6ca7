// What a training plans, from the arguments of the command that does it; no data are read.

import { chooseNetwork } from '../../cli/choose-network.ts';
import { chooseRule } from '../../cli/choose-rule.ts';
import { parseOptions } from '../../cli/command.ts';
import { train } from '../../cli/commands/train.ts';
import { compileLearner, type LearnerOptions } from '../../src/index.ts';

/**
 * @param args of `onward train`
 * @throws RuleError where the rule cannot take so many samples at a time.
 */
export async function plannedBytes(
  args: readonly string[],
  batches: Pick<LearnerOptions, 'batchSize' | 'microBatch'>,
): Promise<number> {
  const { values } = parseOptions(train, args);
  const rule = await chooseRule(`${values.rule}`, values);
  const network = await chooseNetwork(`${values.network}`, values);
  return compileLearner({ network, rule, ...batches }).memory.plannedBytes;
}
