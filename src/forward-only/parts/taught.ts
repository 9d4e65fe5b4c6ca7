// What a rule that teaches hidden layers one by one hands from function to function.

import type { Tensor } from '../../../runtime/program/expression.ts';
import type { Program } from '../../../runtime/program/program.ts';
import type { Mode } from '../../layers/layer.ts';
import type { Network, Part, Visit } from '../../layers/network.ts';
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

interface Visits {
  readonly mode: Mode;
  /** Makes what the first layer that learns sees of what those in front of it gave. */
  enter(given: Tensor): Tensor;
  /** From that layer on. */
  readonly visit: Visit;
}

/** Walks through the network, with a say at the place where the first layer that learns begins. */
export function walkTaught(
  p: Program,
  { network, context, hidden }: Taught<unknown>,
  { mode, enter, visit }: Visits,
): Tensor {
  const { parts } = network;
  const first = parts.indexOf(hidden[0]);
  const given = context.input.at(p);
  return network.walk(p, first === 0 ? enter(given) : given, mode, (part, saved, at) => {
    const index = parts.indexOf(part);
    if (index >= first) return visit(part, saved, at);
    return index === first - 1 ? enter(saved.output) : true;
  });
}
