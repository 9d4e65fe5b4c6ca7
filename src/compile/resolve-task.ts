// What is learned, from the options: the task, and what the host knows of it for this network and rule.

import { expectReach } from '../../runtime/program/plan.ts';
import { ConfigurationError } from '../errors.ts';
import { type Rule, RuleError } from '../forward-only/rule.ts';
import { sampleShape, type NetworkSpec } from '../layers/network.ts';
import { expectIs, expectOptions, made } from '../options.ts';
import { classification, type ClassificationOptions } from '../tasks/classification.ts';
import { describeTask, type Task, type TaskInfo } from '../tasks/task.ts';

export type ClassesOption = readonly string[] | { readonly names: readonly string[]; readonly capacity?: number };

export interface ResolvedTask {
  readonly task: Task;
  readonly info: TaskInfo;
}

interface Options {
  readonly network: NetworkSpec;
  readonly rule: Rule;
  readonly task?: Task;
  readonly classes?: ClassesOption;
}

/**
 * @throws RuleError for a task that the rule does not learn; ConfigurationError for one that the network does not fit;
 *   BudgetError for more parameters than there can be bytes, before their outputs are named.
 */
export function resolveTask({ network, rule, task: given, classes }: Options): ResolvedTask {
  expectReach(network.parameterCount);
  if (given !== undefined && classes !== undefined) {
    throw new ConfigurationError('classes are short for task: classification(...), but there is a task too');
  }
  const task = given ?? classification(optionsFrom(classes));
  expectIs('the loss', task.loss, made('score', 'a loss, such as crossEntropy or huber()'));
  if (!rule.learns.includes(task.kind)) {
    throw new RuleError(`the rule '${rule.name}' learns ${rule.learns.join(', ')}, not ${task.kind}`);
  }
  if (rule.head === 'network' && task.loss.takesLogits) expectLogits(network, task);
  const { outputShape } = network;
  return { task, info: describeTask(task, { sampleShape: sampleShape(network), outputShape, head: rule.head }) };
}

function optionsFrom(classes: ClassesOption | undefined): ClassificationOptions | undefined {
  if (Array.isArray(classes)) return { names: classes };
  if (classes !== undefined) expectOptions('classes', classes, ['names', 'capacity']);
  return classes as ClassificationOptions | undefined;
}

/** @throws ConfigurationError when the network's last layer squashes its outputs, which the loss does itself. */
function expectLogits({ layers }: NetworkSpec, { loss }: Task): void {
  const { name, spec } = layers[layers.length - 1];
  const { activation = 'identity' } = spec.config;
  if (activation === 'identity') return;
  const wanted = `wanted 'identity': the loss '${loss.name}' takes logits`;
  throw new ConfigurationError(`${name}: the last layer has the activation '${activation}', ${wanted}`);
}
