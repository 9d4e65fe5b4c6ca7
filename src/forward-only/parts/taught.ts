// What a rule that teaches hidden layers one by one hands from function to function.

import type { Network, Part } from '../../layers/network.ts';
import { hiddenUnits, type RuleContext } from '../rule.ts';

export interface Taught<Config> {
  readonly network: Network;
  readonly context: RuleContext;
  readonly config: Config;
  /** Its units but the last, and the last of them. */
  readonly hidden: readonly Part[];
  readonly top: Part;
}

/** @throws RuleError where there is no hidden layer. */
export function taught<Config>(rule: string, network: Network, context: RuleContext, config: Config): Taught<Config> {
  const hidden = hiddenUnits(rule, network);
  return { network, context, config, hidden, top: hidden[hidden.length - 1] };
}
